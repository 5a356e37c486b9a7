/** Tasks as a table: what each is, how it stands, how far it is, and since when. */
import type { FC } from 'hono/jsx'
import type { TaskSummary } from '../../ports/summaries.js'
import { Ago, Took } from '../page/moment.js'
import { Bar, type BarPart } from '../page/parts.js'
import { State } from '../page/state.js'
import { Table } from '../page/table.js'
import { countText, shortId } from '../page/wording.js'

export const taskPath = (task: string): string => `/ui/tasks/${task}`

export const TaskTable: FC<{
  readonly tasks: ReadonlyArray<TaskSummary>
  readonly now: number
  /** The form that chosen tasks go to; absent where none can be chosen. */
  readonly form?: string
  readonly label?: string
}> = ({ tasks, now, form, label = 'Tasks' }) => (
  <Table
    label={label}
    columns={[
      ...(form === undefined ? [] : [{ label: 'Select', kind: 'select', unseen: true } as const]),
      { label: 'Task', kind: 'main' },
      { label: 'State', kind: 'narrow' },
      { label: 'Steps' },
      { label: 'Created', kind: 'narrow' },
      { label: 'Took', kind: 'number' },
    ]}
    rows={tasks.map((task) => ({
      id: `task-${task.task}`,
      cells: [
        ...(form === undefined ? [] : [<SelectBox task={task} form={form} />]),
        <TaskName task={task} />,
        <State of={task.status} announce={`${task.template} ${shortId(task.task)}`} />,
        <Steps task={task} />,
        <Ago at={task.createdAt} />,
        <Took from={task.startedAt} to={task.endedAt} now={now} />,
      ],
    }))}
  />
)

const SelectBox: FC<{ readonly task: TaskSummary; readonly form: string }> = ({ task, form }) => (
  <input
    type="checkbox"
    name="task"
    value={task.task}
    form={form}
    aria-label={`Select ${task.template} ${task.task}`}
  />
)

const TaskName: FC<{ readonly task: TaskSummary }> = ({ task }) => (
  <>
    <a href={taskPath(task.task)}>{task.template}</a>
    <span class="sub">
      <span class="mono">{shortId(task.task)}</span>
      {` · ${task.namespace} · ${task.templateVersion}`}
      {task.priority === 0 ? '' : ` · priority ${task.priority}`}
      {task.correlation === '' || task.correlation === task.task ? '' : ` · ${task.correlation}`}
    </span>
    {task.errorCode === null ? null : (
      <span class="sub">
        <code>{task.errorCode}</code>
        {task.errorStep === null ? '' : ` in ${task.errorStep}`}
      </span>
    )}
  </>
)

export const stepParts = (task: TaskSummary): ReadonlyArray<BarPart> => [
  { tone: 'good', count: task.stepsDone, label: 'done' },
  { tone: 'busy', count: task.stepsRunning + task.stepsQueued, label: 'running or queued' },
  { tone: 'wait', count: task.stepsWaiting, label: 'waiting' },
  { tone: 'bad', count: task.stepsFailed, label: 'failed' },
  { tone: 'still', count: task.stepsPending + task.stepsSkipped, label: 'pending or skipped' },
]

const Steps: FC<{ readonly task: TaskSummary }> = ({ task }) => {
  const parts = stepParts(task)
  const words = parts
    .filter(({ count }) => count > 0)
    .map(({ count, label }) => `${countText(count)} ${label}`)
    .join(', ')
  return (
    <span class="bar-cell">
      <Bar parts={parts} label={words === '' ? 'No steps' : words} />
      <span class="bar-note" aria-hidden="true">
        {countText(task.stepsDone)} of {countText(task.stepsTotal)}
        {task.stepsFailed === 0 ? '' : `, ${countText(task.stepsFailed)} failed`}
      </span>
    </span>
  )
}
