/** What an attempt changed of the one before: by step and by key. */
import type { FC } from 'hono/jsx'
import type { Json } from '../../../core/json.js'
import type { Difference } from '../../../core/template/difference.js'
import { plural } from '../../page/wording.js'

const MAX_SHOWN_CHANGES = 60
const MAX_SHOWN_CHARS = 240

export const DiffView: FC<{ readonly changes: ReadonlyArray<Difference> }> = ({ changes }) => (
  <details class="changes">
    <summary>
      {changes.length === 0
        ? 'The same as the proposal before'
        : `${plural(changes.length, 'change')} to the proposal before`}
    </summary>
    {changes.length === 0 ? null : (
      <pre class="diff" tabindex={0}>
        {changes
          .slice(0, MAX_SHOWN_CHANGES)
          .flatMap(linesOf)
          .map(([kind, text]) => (
            <span class={kind}>{text}</span>
          ))}
      </pre>
    )}
    {changes.length > MAX_SHOWN_CHANGES ? (
      <p class="faint small">{`and ${plural(changes.length - MAX_SHOWN_CHANGES, 'more', 'more')}`}</p>
    ) : null}
  </details>
)

type DiffLine = readonly [kind: 'added' | 'removed' | 'same', text: string]

const linesOf = (change: Difference): ReadonlyArray<DiffLine> => {
  const path = change.path === '' ? 'the whole' : change.path
  switch (change.kind) {
    case 'added':
      return [['added', `+ ${path}: ${shown(change.after)}`]]
    case 'removed':
      return [['removed', `- ${path}: ${shown(change.before)}`]]
    case 'changed':
      return [
        ['removed', `- ${path}: ${shown(change.before)}`],
        ['added', `+ ${path}: ${shown(change.after)}`],
      ]
    default:
      return noChange(change)
  }
}

const shown = (value: Json): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text
}

const noChange = (change: never): never => {
  throw new Error(`nothing is known of ${JSON.stringify(change)}`)
}
