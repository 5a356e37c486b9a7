/** Values of users and models, shown as text and never as anything else; large ones by reference, with their size. */
import type { FC } from 'hono/jsx'
import { type Content, isReference } from '../../core/content.js'
import type { Json } from '../../core/json.js'
import { Value } from '../page/value.js'
import { bytesText } from '../page/wording.js'
import { contentPath } from './address.js'

/** `known` is what was read of a reference that was small enough. */
export const ContentView: FC<{
  readonly task: string
  readonly content: Content
  readonly known?: Json | undefined
}> = ({ task, content, known }) => {
  if (!isReference(content)) return <Value of={content.value} />
  return (
    <>
      {known === undefined ? null : <Value of={known} />}
      <p class="small soft">
        <a href={contentPath(task, content.digest)}>{`${bytesText(content.bytes)} of JSON`}</a>{' '}
        <code class="faint">{content.digest.slice(0, 19)}…</code>
      </p>
    </>
  )
}
