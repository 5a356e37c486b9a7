/** One open gate: what is asked, what is shown beside the question, who has said what, and what a person may do. */
import type { FC } from 'hono/jsx'
import { isJsonObject, type Json } from '../../core/json.js'
import { Findings, type FoundText } from '../page/findings.js'
import { Field, Hidden, PostForm } from '../page/form.js'
import type { Frame } from '../page/frame.js'
import { Icon } from '../page/icon.js'
import { Page } from '../page/layout.js'
import { Ago } from '../page/moment.js'
import { Facts, Panel } from '../page/parts.js'
import { State } from '../page/state.js'
import { Value } from '../page/value.js'
import { plural, shortId } from '../page/wording.js'
import { taskPath } from '../tasks/task-table.js'
import { Voters } from './gate-list-page.js'
import { GatePlan } from './gate-plan.js'
import type { GateStory } from './gate-story.js'
import { MoreBounds } from './more-bounds.js'

export const GatePage: FC<{
  readonly frame: Frame
  readonly story: GateStory
  readonly mayVote: boolean
  readonly mayEdit: boolean
}> = ({ frame, story, mayVote, mayEdit }) => {
  const { gate, plan } = story
  return (
    <Page
      frame={frame}
      title={gate.question}
      section="gates"
      trail={[
        ['Gates', '/ui/gates'],
        [`${gate.template} ${shortId(gate.taskId)}`, taskPath(gate.taskId)],
      ]}
      beside={<State of="open" />}
      live={{ task: gate.taskId }}
    >
      <div class="with-aside">
        <div class="stack">
          {plan === undefined ? (
            <Asked context={gate.context} />
          ) : (
            <GatePlan frame={frame} gate={gate} plan={plan} mayEdit={mayEdit} />
          )}
        </div>
        <div class="stack">
          {mayVote ? <VoteForm frame={frame} story={story} /> : null}
          <GateFacts story={story} />
        </div>
      </div>
    </Page>
  )
}

/** What kept a planner from going on is told as findings; anything else as it is. */
const Asked: FC<{ readonly context: Json }> = ({ context }) => {
  const details = isJsonObject(context) ? context.details : undefined
  const findings = findingsIn(isJsonObject(details) ? details.findings : undefined)
  return (
    <>
      {findings.length === 0 ? null : (
        <Panel title="What was found against the last proposal">
          <Findings of={findings} />
        </Panel>
      )}
      <Panel title="What you are asked about">
        <Value of={context} />
      </Panel>
    </>
  )
}

const findingsIn = (told: Json | undefined): ReadonlyArray<FoundText> =>
  (Array.isArray(told) ? told : []).flatMap((one: Json) => {
    const { code, path, message } = isJsonObject(one) ? one : {}
    return typeof code === 'string' && typeof path === 'string' && typeof message === 'string'
      ? [{ code, path, message }]
      : []
  })

const VoteForm: FC<{ readonly frame: Frame; readonly story: GateStory }> = ({ frame, story: { gate, asked } }) => (
  <Panel title="Your vote">
    <PostForm frame={frame} action={`/ui/gates/${gate.taskId}/vote`} class="form" label="Vote">
      <Hidden values={{ step: gate.step, digest: gate.digest }} />
      <Field label="Comment" hint="Kept in the log with your name; say why where you reject.">
        <textarea name="comment" rows={3} maxlength={2000} />
      </Field>
      {asked === undefined ? null : <MoreBounds asked={asked} required={gate.required} />}
      <div class="row">
        <button class="button main" type="submit" name="vote" value="approve">
          <Icon name="check" />
          Approve
        </button>
        <button class="button danger" type="submit" name="vote" value="reject">
          <Icon name="cross" />
          Reject
        </button>
      </div>
    </PostForm>
  </Panel>
)

const GateFacts: FC<{ readonly story: GateStory }> = ({ story: { gate, row } }) => (
  <Panel title="The gate" id="gate-facts" live>
    <Facts
      of={[
        ['Step', <span class="mono">{gate.step}</span>],
        ['Who may vote', <Voters groups={gate.groups} />],
        ['Needed', plural(gate.required, 'approval')],
        row === undefined ? null : ['Asked', <Ago at={row.openedAt} />],
        ['Times out', <Ago at={gate.timeoutAtMs} none="never" />],
        row?.onTimeout == null ? null : ['Then', row.onTimeout],
        row === undefined || row.reminders === 0 ? null : ['Reminded', plural(row.reminders, 'time')],
        row?.escalatedAt == null ? null : ['Escalated', <Ago at={row.escalatedAt} />],
        ['Digest', <code class="small">{gate.digest}</code>],
      ]}
    />
    <h3>Votes so far</h3>
    {gate.approvals.length === 0 ? (
      <p class="faint small">Nobody has voted yet.</p>
    ) : (
      <ul class="why">
        {gate.approvals.map(({ actor, comment }) => (
          <li>
            <Icon name="check" label="approved" />
            <span>
              <strong>{actor}</strong>
              {comment === null ? null : <span class="quote">{comment}</span>}
            </span>
          </li>
        ))}
      </ul>
    )}
  </Panel>
)
