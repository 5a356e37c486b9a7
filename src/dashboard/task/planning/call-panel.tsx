/** One call of a planner, or one plan of a person: what was asked, answered, judged, and what came of it. */
import type { FC } from 'hono/jsx'
import { verdictOf } from '../../../audit/planning-text.js'
import type { ReplayedDecision } from '../../../audit/replayed-decision.js'
import type { Finding } from '../../../core/finding.js'
import { Icon } from '../../page/icon.js'
import { Panel } from '../../page/parts.js'
import { State } from '../../page/state.js'
import { countText, durationText, moneyText } from '../../page/wording.js'
import { addressOf, taskPath } from '../address.js'
import { actorText } from '../events/actor-text.js'
import { CallDetails } from './call-details.js'
import type { CallProps } from './call-panel-props.js'
import { DiffView } from './diff-view.js'
import { type MarkedLine, markedJson, valueAt } from './marked-json.js'
import type { PlannedCall } from './planning-view.js'
import { ProposalView } from './proposal-view.js'

export const CallPanel: FC<CallProps> = (props) => {
  const { view, call } = props
  return (
    <Panel
      id={`call-${call.asked}`}
      class="call"
      title={<CallTitle call={call} />}
      actions={<CallFigures call={call} />}
    >
      {call.reasoning === '' ? null : <blockquote class="quote">{call.reasoning}</blockquote>}
      <Outcome {...props} />
      {call.fragment === null ? null : <ProposalView {...props} fragment={call.fragment} />}
      {call.changes === null ? null : <DiffView changes={call.changes} />}
      <Replayed replayed={props.replayed} />
      {props.isWhole ? (
        <CallDetails view={view} call={call} />
      ) : (
        <p class="small">
          <a href={`${taskPath(view.task, 'planning')}?call=${call.asked}#call-${call.asked}`}>
            Prompt, context, bounds and the raw answer
          </a>
        </p>
      )}
      <p class="small faint">
        {'Events '}
        {[call.asked, call.answered, call.judged].map((version, index) =>
          version === null ? null : (
            <>
              {index === 0 ? '' : ', '}
              <a href={addressOf(view, { at: version })}>{version}</a>
            </>
          ),
        )}
        {call.approvedBy.length === 0 ? '' : `; approved by ${call.approvedBy.join(', ')}`}
      </p>
    </Panel>
  )
}

const CallTitle: FC<{ readonly call: PlannedCall }> = ({ call }) => (
  <span class="row">
    {call.by.kind === 'person' ? `Edited by ${actorText(call.by)}` : `Call ${call.call}`}
    <State of={call.outcome.kind} />
    {call.dropped === null ? null : <State of="dropped" />}
    {call.revision === 0 ? null : <span class="tag">{`revision ${call.revision}`}</span>}
    {call.attempt <= 1 ? null : <span class="tag">{`attempt ${call.attempt}`}</span>}
  </span>
)

const CallFigures: FC<{ readonly call: PlannedCall }> = ({ call }) => {
  const took = call.answeredAt === null ? null : Date.parse(call.answeredAt) - Date.parse(call.askedAt)
  return (
    <span class="small soft number">
      {[
        [...new Set([call.provider, call.model])].filter((part) => part !== '').join(' · '),
        moneyText(call.costUsd),
        `${countText(call.inputTokens)} tokens in, ${countText(call.outputTokens)} out`,
        took === null ? '' : durationText(Math.max(0, took)),
      ]
        .filter((part) => part !== '')
        .join(' — ')}
    </span>
  )
}

const Outcome: FC<CallProps> = ({ view, call }) => {
  const { outcome } = call
  switch (outcome.kind) {
    case 'rejected':
      return (
        <>
          <h3>{`${countText(outcome.findings.length)} found against it; nothing of it was created`}</h3>
          <ul class="findings">
            {outcome.findings.slice(0, MAX_LISTED_FINDINGS).map((finding) => (
              <FindingItem finding={finding} call={call} />
            ))}
          </ul>
          {outcome.findings.length > MAX_LISTED_FINDINGS ? (
            <p class="faint small">{`and ${countText(outcome.findings.length - MAX_LISTED_FINDINGS)} more`}</p>
          ) : null}
          <MarkedProposal call={call} findings={outcome.findings} />
        </>
      )
    case 'failed':
      return (
        <div class="failure">
          <code>{outcome.code}</code> {outcome.message}
        </div>
      )
    case 'accepted':
      if (call.dropped !== null) return <div class="failure">{`Nothing of it was created: ${call.dropped}`}</div>
      return (
        <p class="small">
          {verdictOf(call)}
          {outcome.materialised.length === 0 ? '' : ': '}
          {outcome.materialised.slice(0, MAX_LISTED_NAMES).map((name, index) => (
            <>
              {index === 0 ? '' : ', '}
              <a href={addressOf(view, { step: name })}>{name}</a>
            </>
          ))}
          {outcome.materialised.length > MAX_LISTED_NAMES
            ? ` and ${countText(outcome.materialised.length - MAX_LISTED_NAMES)} more`
            : ''}
        </p>
      )
    case 'asked':
    case 'proposed':
      return <p class="small soft">{verdictOf(call)}</p>
    default:
      return noOutcome(outcome)
  }
}

const MAX_LISTED_FINDINGS = 50
const MAX_LISTED_NAMES = 20
const MAX_EXCERPT = 300

/** With what stands there, so that nobody has to look for it. */
const FindingItem: FC<{ readonly finding: Finding; readonly call: PlannedCall }> = ({ finding, call }) => {
  const found = call.fragment === null ? undefined : valueAt(call.fragment, finding.path)
  const text = found === undefined || finding.path === '' ? '' : JSON.stringify(found)
  return (
    <li>
      <code>{finding.code}</code>
      {finding.path === '' ? ' at the whole' : ' at '}
      {finding.path === '' ? null : <span class="mono">{finding.path}</span>}
      <p>{finding.message}</p>
      {text === '' ? null : (
        <p class="mono small soft">{text.length > MAX_EXCERPT ? `${text.slice(0, MAX_EXCERPT)}…` : text}</p>
      )}
    </li>
  )
}

const MarkedProposal: FC<{ readonly call: PlannedCall; readonly findings: ReadonlyArray<Finding> }> = ({
  call,
  findings,
}) => {
  if (call.fragment === null) return null
  const paths = findings.map(({ path }) => path).filter((path) => path !== '')
  return (
    <details>
      <summary>The proposal, with what was found against it marked</summary>
      <pre class="marked" tabindex={0}>
        {markedJson(call.fragment, paths).map((line) => (
          <Line line={line} />
        ))}
      </pre>
    </details>
  )
}

const Line: FC<{ readonly line: MarkedLine }> = ({ line }) => (
  <span class={line.isMarked ? 'is-marked' : ''}>{`${line.text}\n`}</span>
)

const Replayed: FC<{ readonly replayed: ReplayedDecision | undefined }> = ({ replayed }) => {
  if (replayed === undefined) return null
  return (
    <div class={`notice tone-${replayed.same ? 'good' : 'wait'}`}>
      <Icon name={replayed.same ? 'check' : 'warning'} />
      <div>
        {replayed.same
          ? `Judged again by today's validation: the same, ${replayed.today.verdict}.`
          : `Judged again by today's validation: ${replayed.today.verdict}, where ${replayed.recorded.verdict} was recorded.`}
        {[...replayed.gained.map(saying('found today')), ...replayed.lost.map(saying('no longer found'))].map(
          (text) => (
            <p class="small">{text}</p>
          ),
        )}
        {replayed.otherwise.length === 0 ? null : (
          <p class="small">{`would come into being otherwise: ${replayed.otherwise.slice(0, MAX_LISTED_NAMES).join(', ')}`}</p>
        )}
      </div>
    </div>
  )
}

const saying =
  (how: string) =>
  ({ code, path, message }: Finding): string =>
    `${how}: ${code}${path === '' ? '' : ` at ${path}`}: ${message}`

const noOutcome = (outcome: never): never => {
  throw new Error(`nothing is known of ${JSON.stringify(outcome)}`)
}
