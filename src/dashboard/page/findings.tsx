/** What validation has against a proposal: all of it, each with its code, its place and what to change. */
import type { FC } from 'hono/jsx'
import type { Finding } from '../../core/finding.js'

export const Findings: FC<{ readonly of: ReadonlyArray<Finding> }> = ({ of }) => (
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
