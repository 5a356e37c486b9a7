/** What is different between two values, a line each: added, removed, or changed from one to the other. */
import type { FC } from 'hono/jsx'
import type { Json } from '../../core/json.js'
import type { Difference } from '../../core/template/difference.js'

/** The whole of a large value is of no help beside another one. */
const LONGEST = 300

export const DifferenceList: FC<{ readonly differences: ReadonlyArray<Difference>; readonly same: string }> = ({
  differences,
  same,
}) =>
  differences.length === 0 ? (
    <p class="soft">{same}</p>
  ) : (
    <pre class="diff">
      {differences.flatMap((difference) => {
        const path = difference.path === '' ? 'the whole' : difference.path
        return [
          'before' in difference ? <span class="removed">{`− ${path}: ${shown(difference.before)}`}</span> : null,
          'after' in difference ? <span class="added">{`+ ${path}: ${shown(difference.after)}`}</span> : null,
        ]
      })}
    </pre>
  )

const shown = (value: Json): string => {
  const text = JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
}
