/** The task as a whole, where no step is looked at: what went in, what came out, whence it comes, what may be done. */
import type { FC } from 'hono/jsx'
import type { Json } from '../../../core/json.js'
import type { TaskSummary } from '../../../ports/summaries.js'
import type { Frame } from '../../page/frame.js'
import { Ago } from '../../page/moment.js'
import { Facts, Panel } from '../../page/parts.js'
import { State } from '../../page/state.js'
import { plural, shortId } from '../../page/wording.js'
import { addressOf, type TaskView, taskPath } from '../address.js'
import { ContentView } from '../content.js'
import { TaskForms } from './task-forms.js'
import type { TaskHead } from './task-head.js'

export interface TaskPanelProps {
  readonly frame: Frame
  readonly view: TaskView
  readonly head: TaskHead
  /** As projections show it; undefined where they show nothing yet. */
  readonly summary: TaskSummary | undefined
  readonly children_: ReadonlyArray<string>
  readonly forks: ReadonlyArray<string>
  /** Values that stand elsewhere and were small enough to be read, by digest. */
  readonly known: ReadonlyMap<string, Json>
  readonly why: ReadonlyArray<string>
  readonly mayChange: boolean
}

export const TaskPanel: FC<TaskPanelProps> = (props) => {
  const { view, head, known, why } = props
  return (
    <Panel id="step" live class="step-panel" title="Task">
      {why.length === 0 ? null : (
        <ul class="why">
          {why.map((sentence) => (
            <li>
              <span>{sentence}</span>
            </li>
          ))}
        </ul>
      )}
      <TaskFacts {...props} />
      <h3>Input</h3>
      <ContentView
        task={view.task}
        content={head.input}
        known={'digest' in head.input ? known.get(head.input.digest) : undefined}
      />
      {head.outputs.map(({ step, result }) => (
        <>
          <h3>
            Result of <a href={addressOf(view, { step })}>{step}</a>
          </h3>
          <ContentView
            task={view.task}
            content={result}
            known={'digest' in result ? known.get(result.digest) : undefined}
          />
        </>
      ))}
      {props.mayChange && view.at === null ? <TaskForms frame={props.frame} task={view.task} head={head} /> : null}
    </Panel>
  )
}

const TaskFacts: FC<TaskPanelProps> = ({ view, head, summary, children_, forks }) => (
  <Facts
    of={[
      ['Template', <a href={templatePath(head)}>{`${head.template.name} ${head.template.version}`}</a>],
      ['Namespace', head.template.namespace],
      summary === undefined ? null : ['Created', <Ago at={summary.createdAt} />],
      summary?.endedAt == null ? null : ['Ended', <Ago at={summary.endedAt} />],
      head.startsAtMs === null ? null : ['Begins', <Ago at={head.startsAtMs} />],
      head.deadlineMs === null ? null : ['Deadline', <Ago at={head.deadlineMs} />],
      ['Priority', String(head.priority)],
      head.deadLetter === null ? null : ['Dead letter', <DeadLetter task={view.task} reason={head.deadLetter} />],
      ['Correlation', <code>{head.correlation}</code>],
      summary?.identity == null ? null : ['Identity', <code>{summary.identity}</code>],
      head.parent === null ? null : ['Started by', <TaskLink task={head.parent.task} step={head.parent.step} />],
      summary?.forkedFrom == null ? null : ['Forked from', <TaskLink task={summary.forkedFrom} />],
      children_.length === 0 ? null : [plural(children_.length, 'child', 'children'), <TaskLinks of={children_} />],
      forks.length === 0 ? null : [plural(forks.length, 'fork'), <TaskLinks of={forks} />],
    ]}
  />
)

const DeadLetter: FC<{ readonly task: string; readonly reason: string }> = ({ task, reason }) => (
  <>
    <State of={reason} /> <a href={`/ui/dead-letters/${task}`}>look into it</a>
  </>
)

const templatePath = ({ template: { namespace, name, version } }: TaskHead): string =>
  `/ui/templates/${[namespace, name, version].map(encodeURIComponent).join('/')}`

const TaskLink: FC<{ readonly task: string; readonly step?: string }> = ({ task, step }) => (
  <>
    <a href={step === undefined ? taskPath(task) : `${taskPath(task)}?step=${encodeURIComponent(step)}`} title={task}>
      {shortId(task)}
    </a>
    {step === undefined ? null : ` (${step})`}
  </>
)

const TaskLinks: FC<{ readonly of: ReadonlyArray<string> }> = ({ of }) => (
  <>
    {of.map((task) => (
      <>
        <TaskLink task={task} />{' '}
      </>
    ))}
  </>
)
