/**
 * Whom a step may reach. For planned steps the bounds decide, and where they list no host none is allowed; a step that
 * an engineer wrote into the template is held to a list only where the template states one. Private addresses are the
 * operator's to allow, never a template's or a fragment's.
 */
import { phaseBounds } from '../core/decide/bounds-left.js'
import { scopeOf } from '../core/frame.js'
import type { TaskState } from '../core/state.js'
import type { NetworkPolicy } from '../ports/handler.js'

export const networkPolicy = (
  state: TaskState,
  step: string,
  privateHosts: ReadonlyArray<string>,
  secretHosts: ReadonlyArray<ReadonlyArray<string>>,
): NetworkPolicy => ({ allowedHosts: allowedHosts(state, step), privateHosts, secretHosts })

const allowedHosts = (state: TaskState, step: string): ReadonlyArray<string> | undefined => {
  const planned = scopeOf(step) !== ''
  let allowed = state.bounds.allowed_hosts ?? (planned ? [] : undefined)
  for (const bounds of phaseBounds(state, step)) {
    if (bounds.allowed_hosts !== undefined)
      allowed = (allowed ?? []).filter((host) => bounds.allowed_hosts?.includes(host))
  }
  return allowed
}
