/** What can be done to many tasks at once, and to which: those that are chosen, or all that a filter means. */
import type { FC } from 'hono/jsx'
import { Field, PostForm } from '../page/form.js'
import type { Frame } from '../page/frame.js'
import { Panel } from '../page/parts.js'
import { FOUND, filterOf, queryOf, type TaskQuery } from './task-query.js'

export const OPERATIONS = [
  ['pause', 'Pause'],
  ['resume', 'Resume'],
  ['cancel', 'Cancel'],
  ['priority', 'Set the priority'],
  ['manually_resolved', 'Resolve dead letter: done otherwise'],
  ['permanently_failed', 'Resolve dead letter: failed for good'],
] as const

export type Operation = (typeof OPERATIONS)[number][0]

/** All that match, on further pages too; undefined where nothing restricts them. */
const allOf = (query: TaskQuery): string | undefined => {
  const filter = filterOf(query)
  if (filter !== undefined) return `filter ${filter}`
  return query.search === '' ? undefined : `${FOUND}${queryOf({ ...query, after: '' })}`
}

export const BulkForm: FC<{ readonly frame: Frame; readonly query: TaskQuery }> = ({ frame, query }) => {
  const all = allOf(query)
  return (
    <Panel title="Change many">
      <PostForm frame={frame} action="/ui/tasks/bulk" class="bulk" id="bulk" label="Change many tasks">
        <Field label="What">
          <select name="operation">
            {OPERATIONS.map(([value, words]) => (
              <option value={value}>{words}</option>
            ))}
          </select>
        </Field>
        <Field label="Priority, where it is set">
          <input type="number" name="priority" value="0" min="-1000" max="1000" />
        </Field>
        <Field label="Reason" class="wide">
          <input type="text" name="reason" maxlength={500} placeholder="Kept in the log with your name" />
        </Field>
        <label class="check">
          <input type="checkbox" data-select-all="task" />
          <span>Select all of this page</span>
        </label>
        <div class="row">
          <button class="button" type="submit" name="which" value="chosen">
            Preview for the selected
          </button>
          {all === undefined ? null : (
            <button class="button" type="submit" name="which" value={all}>
              Preview for all that match
            </button>
          )}
        </div>
      </PostForm>
      <p class="faint small">
        Nothing changes before you have seen what would become of each task.
        {all === undefined ? ' To change all that match, on further pages too, choose a filter or search first.' : ''}
      </p>
    </Panel>
  )
}
