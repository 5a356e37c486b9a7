/** What validation has against a proposal: all of it, each with its code, its place and what to change. */
import type { FC } from 'hono/jsx'

/** A finding as it is read; a stored one may have a code that this version does not know. */
export interface FoundText {
  readonly code: string
  readonly path: string
  readonly message: string
}

export const Findings: FC<{ readonly of: ReadonlyArray<FoundText> }> = ({ of }) => (
  <ul class="findings">
    {of.map(({ code, path, message }) => (
      <li>
        <code>{code}</code>
        {path === '' ? null : (
          <>
            {' at '}
            <span class="mono">{path}</span>
          </>
        )}
        <div>{message}</div>
      </li>
    ))}
  </ul>
)
