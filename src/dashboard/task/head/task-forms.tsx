/** What a person may do to a task: each with a reason, which is recorded. */
import type { Child, FC } from 'hono/jsx'
import { MAX_PRIORITY } from '../../../core/limits.js'
import { Field, Hidden, PostForm } from '../../page/form.js'
import type { Frame } from '../../page/frame.js'
import { taskPath } from '../address.js'
import type { TaskHead } from './task-head.js'

export const TASK_ACTIONS = ['pause', 'resume', 'cancel', 'priority', 'signal', 'fork', 'replan'] as const
export type TaskAction = (typeof TASK_ACTIONS)[number]

interface FormProps {
  readonly frame: Frame
  readonly task: string
  readonly head: TaskHead
}

export const TaskForms: FC<FormProps> = (props) => {
  const { head } = props
  return (
    <>
      <h3>Do something</h3>
      {offered(head).map((action) => (
        <TaskForm {...props} action={action} />
      ))}
    </>
  )
}

const offered = ({ isOver, isPaused, isPlanned }: TaskHead): ReadonlyArray<TaskAction> => [
  ...(isOver ? [] : ([isPaused ? 'resume' : 'pause', 'cancel', 'priority', 'signal'] as const)),
  'fork',
  ...(isPlanned ? (['replan'] as const) : []),
]

const WORDS: Readonly<Record<TaskAction, readonly [verb: string, says: string]>> = {
  pause: ['Pause', 'What runs ends as usual, and nothing new begins. The clock stands still.'],
  resume: ['Resume', 'It goes on where it stood.'],
  cancel: ['Cancel', 'Recorded at once; running handlers are told to stop, and what they report later is refused.'],
  priority: ['Change priority', 'Of two tasks that wait, the one with the higher number goes first.'],
  signal: ['Send a signal', 'The first signal of a name counts, also where nothing waits for it yet.'],
  fork: ['Fork', 'A new task goes on from a version of this one, with all results before it. This one stays as it is.'],
  replan: ['Fork with another plan', 'A new task asks again for the plan that stands at a version of this one.'],
}

const TaskForm: FC<FormProps & { readonly action: TaskAction }> = ({ frame, task, head, action }) => {
  const [verb, says] = WORDS[action]
  return (
    <details class="hand" id={`hand-${action}`}>
      <summary>{verb}</summary>
      <PostForm frame={frame} action={`${taskPath(task)}/hand`} class="form" label={verb}>
        <Hidden values={{ action }} />
        <p class="small soft">{says}</p>
        {fieldsOf(action, head)}
        {action === 'fork' || action === 'replan' || action === 'signal' ? null : (
          <Field label="Reason">
            <input type="text" name="reason" required maxlength={500} autocomplete="off" />
          </Field>
        )}
        <div class="row">
          <button class={action === 'cancel' ? 'button danger' : 'button main'} type="submit">
            {verb}
          </button>
        </div>
      </PostForm>
    </details>
  )
}

const fieldsOf = (action: TaskAction, head: TaskHead): Child => {
  switch (action) {
    case 'priority':
      return (
        <Field label="Priority" hint={`From -${MAX_PRIORITY} to ${MAX_PRIORITY}`}>
          <input type="number" name="priority" required min={-MAX_PRIORITY} max={MAX_PRIORITY} value={head.priority} />
        </Field>
      )
    case 'signal':
      return (
        <>
          <Field label="Name">
            <input type="text" name="name" required value={head.awaited[0] ?? ''} autocomplete="off" />
          </Field>
          <Field label="Payload, as JSON">
            <textarea class="code" name="payload" spellcheck={false}>
              null
            </textarea>
          </Field>
        </>
      )
    case 'fork':
    case 'replan':
      return (
        <Field label="At version" hint="The last event that is taken over; the slider above shows each.">
          <input type="number" name="at" required min={1} max={head.version} value={head.version} />
        </Field>
      )
    case 'pause':
    case 'resume':
    case 'cancel':
      return null
    default:
      return noFields(action)
  }
}

const noFields = (action: never): never => {
  throw new Error(`there is no form for ${String(action)}`)
}
