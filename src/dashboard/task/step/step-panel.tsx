/** One step, whole: how it stands and why, what it was given and what it gave, its attempts, where it comes from. */
import type { FC } from 'hono/jsx'
import type { Json, JsonObject } from '../../../core/json.js'
import type { AttemptSummary } from '../../../ports/summaries.js'
import type { Frame } from '../../page/frame.js'
import { Icon } from '../../page/icon.js'
import { Ago, Took } from '../../page/moment.js'
import { Facts, Panel } from '../../page/parts.js'
import { State } from '../../page/state.js'
import { Value } from '../../page/value.js'
import { countText, plural } from '../../page/wording.js'
import { addressOf, type TaskView, taskPath } from '../address.js'
import { ContentView } from '../content.js'
import { StepForms } from './step-forms.js'
import type { NamedStep, Origin, StepView } from './step-view.js'

export interface StepPanelProps {
  readonly frame: Frame
  readonly view: TaskView
  readonly step: StepView
  readonly attempts: ReadonlyArray<AttemptSummary>
  /** Why it does not run, in sentences; nothing is said of the past. */
  readonly why: ReadonlyArray<string>
  /** The result, where it stands elsewhere and was small enough to be read. */
  readonly result: Json | undefined
  readonly nowMs: number
  readonly mayChange: boolean
}

export const StepPanel: FC<StepPanelProps> = (props) => {
  const { view, step } = props
  return (
    <Panel
      id="step"
      live
      class="step-panel"
      title={step.name}
      actions={
        <a class="button quiet little" href={addressOf(view, { step: null })}>
          <Icon name="cross" label="Close the step" />
        </a>
      }
    >
      <div class="row">
        <State of={step.standing} announce={step.name} />
        <span class="tag">{step.type.replaceAll('_', ' ')}</span>
        {step.phase === '' ? null : <span class="tag">{`planned by ${step.phase}`}</span>}
      </div>
      <Why {...props} />
      <Failure step={step} />
      <StepFacts {...props} />
      <Values {...props} />
      <AttemptList {...props} />
      <Origins {...props} />
      {props.mayChange && view.at === null ? <StepForms frame={props.frame} task={view.task} step={step} /> : null}
    </Panel>
  )
}

const Why: FC<StepPanelProps> = ({ why }) =>
  why.length === 0 ? null : (
    <ul class="why">
      {why.map((sentence) => (
        <li>
          <Icon name="info" />
          <span>{sentence}</span>
        </li>
      ))}
    </ul>
  )

const Failure: FC<{ readonly step: StepView }> = ({ step: { error } }) =>
  error === null ? null : (
    <div class="failure">
      <p>
        <code>{error.code}</code> {error.message}
      </p>
      {error.details === undefined ? null : (
        <details>
          <summary>Details</summary>
          <Value of={error.details} />
        </details>
      )}
    </div>
  )

const StepFacts: FC<StepPanelProps> = ({ view, step }) => (
  <Facts
    of={[
      ['Handler', <code>{step.handler}</code>],
      ['Settled', step.settlement ?? 'not yet'],
      step.attempts === 0 ? null : ['Attempts', countText(step.attempts)],
      step.generation === 0 ? null : ['Resets', countText(step.generation)],
      step.retryAtMs === null ? null : ['Next attempt', <Ago at={step.retryAtMs} />],
      step.wait?.untilMs === undefined ? null : ['Waits until', <Ago at={step.wait.untilMs} />],
      step.wait?.signal === undefined ? null : ['Waits for signal', <code>{step.wait.signal}</code>],
      step.child === null ? null : ['Task started', <a href={taskPath(step.child)}>{step.child}</a>],
      step.instances === 0 ? null : ['Instances', <Instances view={view} step={step} />],
      ...step.rules.map(([name, value]): readonly [string, string] => [name, value]),
      step.above.length === 0 ? null : ['Waits for', <Names view={view} of={step.above} more={step.moreAbove} />],
      step.below.length === 0 ? null : ['Leads to', <Names view={view} of={step.below} more={step.moreBelow} />],
    ]}
  />
)

const Instances: FC<{ readonly view: TaskView; readonly step: StepView }> = ({ view, step }) => {
  const id = `instances:${step.name}`
  return (
    <>
      {countText(step.instances)}{' '}
      {view.open.has(id) ? null : (
        <a href={addressOf(view, { open: new Set([...view.open, id]), step: step.name })}>Draw them one by one</a>
      )}
    </>
  )
}

const Names: FC<{ readonly view: TaskView; readonly of: ReadonlyArray<NamedStep>; readonly more: number }> = ({
  view,
  of,
  more,
}) => (
  <ul class="names">
    {of.map(({ name, standing }) => (
      <li>
        <a href={addressOf(view, { step: name })}>{name}</a> <State of={standing} />
      </li>
    ))}
    {more === 0 ? null : <li class="faint">{`and ${countText(more)} more`}</li>}
  </ul>
)

const Values: FC<StepPanelProps> = ({ view, step, result }) => (
  <>
    {step.result === null ? null : (
      <>
        <h3>Result</h3>
        <ContentView task={view.task} content={step.result} known={result} />
      </>
    )}
    <Written name="Configuration" of={step.config} />
    <Written name="Inputs" of={step.inputs} />
    {step.item === null ? null : (
      <details>
        <summary>Item</summary>
        <Value of={step.item} />
      </details>
    )}
  </>
)

const Written: FC<{ readonly name: string; readonly of: JsonObject }> = ({ name, of }) =>
  Object.keys(of).length === 0 ? null : (
    <details>
      <summary>{name}</summary>
      <Value of={of} />
    </details>
  )

const AttemptList: FC<StepPanelProps> = ({ attempts, nowMs }) =>
  attempts.length === 0 ? null : (
    <>
      <h3>{plural(attempts.length, 'attempt')}</h3>
      <ol class="attempts">
        {attempts.map((attempt) => (
          <Attempt attempt={attempt} nowMs={nowMs} />
        ))}
      </ol>
    </>
  )

const Attempt: FC<{ readonly attempt: AttemptSummary; readonly nowMs: number }> = ({ attempt, nowMs }) => (
  <li>
    <div class="row">
      <b class="number">{attempt.attempt}</b>
      <State of={attempt.outcome ?? (attempt.startedAt === null ? 'enqueued' : 'in_progress')} />
      <Took from={attempt.startedAt} to={attempt.endedAt} now={nowMs} />
      <span class="faint small">
        {attempt.startedAt === null ? 'queued ' : 'started '}
        <Ago at={attempt.startedAt ?? attempt.enqueuedAt} />
        {attempt.worker === null ? '' : ` on ${attempt.worker}`}
      </span>
    </div>
    {attempt.errorCode === null ? null : (
      <details>
        <summary>
          <code>{attempt.errorCode}</code>
        </summary>
        <Value of={attempt.errorMessage ?? ''} />
      </details>
    )}
  </li>
)

const Origins: FC<StepPanelProps> = ({ view, step }) => (
  <>
    <h3>Where it comes from</h3>
    <ol class="origins">
      {step.isCreated ? null : <li>Declared, and no decision has created it so far.</li>}
      {step.origins.map((origin) => (
        <li>
          <OriginWords view={view} origin={origin} />
        </li>
      ))}
    </ol>
  </>
)

const ORIGINS: Readonly<Record<string, string>> = {
  template: 'one of the template’s own steps',
  decision: 'created by the decision of',
  batch: 'a worker of the batch of',
  'fan-out': 'an instance of',
  fragment: 'planned by',
  compensation: 'a compensation, planned when the task ended, of',
}

const OriginWords: FC<{ readonly view: TaskView; readonly origin: Origin }> = ({ view, origin: { origin, by } }) => (
  <>
    {ORIGINS[origin] ?? origin}{' '}
    {by === null ? null : (
      <>
        <a href={addressOf(view, { step: by })}>{by}</a>
        {origin === 'fragment' ? (
          <>
            {' ('}
            <a href={`${addressOf({ ...view, step: null }, {}, 'planning')}#plan-${by}`}>its plans</a>
            {')'}
          </>
        ) : null}
      </>
    )}
  </>
)
