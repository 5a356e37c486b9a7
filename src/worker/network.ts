/**
 * Whom a step may reach. For planned steps the bounds decide, and where they list no host none is allowed; a step that
 * an engineer wrote into the template is held to a list only where the template states one. Private addresses are the
 * operator's to allow, never a template's or a fragment's.
 */
import type { Bounds } from '../core/bounds.js'
import { scopeOf } from '../core/frame.js'
import { findNode, type TaskState } from '../core/state.js'
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

const phaseBounds = (state: TaskState, step: string): ReadonlyArray<Bounds> => {
  const found: Bounds[] = []
  for (let scope = scopeOf(step); scope !== ''; scope = scopeOf(scope)) {
    const bounds = findNode(state, scope)?.definition.bounds
    if (bounds !== undefined) found.push(bounds)
  }
  return found
}
