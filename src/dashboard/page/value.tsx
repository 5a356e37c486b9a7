/** A value of somebody else, shown as it is: JSON in lines, cut where it is too long to be read. */
import type { FC } from 'hono/jsx'
import type { Json } from '../../core/json.js'
import { bytesText } from './wording.js'

const MAX_SHOWN_CHARS = 20_000

export const Value: FC<{ readonly of: Json }> = ({ of }) => {
  const text = typeof of === 'string' ? of : JSON.stringify(of, null, 2)
  const isCut = text.length > MAX_SHOWN_CHARS
  return (
    <>
      <pre class="wrap">{isCut ? text.slice(0, MAX_SHOWN_CHARS) : text}</pre>
      {isCut ? <p class="faint small">{`Cut here; the whole is ${bytesText(Buffer.byteLength(text))}.`}</p> : null}
    </>
  )
}
