/**
 * Eager claims: steps that a chain has enqueued, or that its task has waiting, are claimed in the same append where
 * this process serves their queue and has a free slot. So a sequential path costs one commit a step.
 */
import type { Node } from '../core/graph/node.js'
import { MAX_EAGER_LOOK } from '../core/limits.js'
import { nodeAt } from '../core/state.js'
import type { Hint } from '../ports/queue.js'
import type { Asked, Chain } from './chain.js'
import { hintTo, queueIn } from './places.js'
import type { Slots } from './slots.js'
import type { CachedTask } from './task-cache.js'

export interface EagerNeeds {
  readonly slots: Slots
  canRun(handler: string): boolean
  /** False where somebody else comes first, or a limit has no slot. */
  mayClaim(node: Node, queue: string): boolean
  /** The claim of an enqueued step, or undefined while this process may not claim. */
  claimCommand(node: Node): Asked | undefined
  readonly nowMs: number
}

/** A claim that is in the chain: what it took of this process, and what to go back to if the chain does not land. */
export interface EagerClaim {
  readonly queue: string
  readonly hint: Hint
}

export const claimEagerly = (task: CachedTask, chain: Chain, needs: EagerNeeds): ReadonlyArray<EagerClaim> => {
  const { state } = task
  const claims: EagerClaim[] = []
  if (state.enqueued.size === 0 || state.phase.kind === 'paused') return claims
  let looked = 0
  for (const id of state.enqueued) {
    looked += 1
    // A task may hold many steps of queues that are full here or not served at all: the rest is for the dispatcher.
    if (looked - claims.length > MAX_EAGER_LOOK) break
    const node = nodeAt(state, id)
    const queue = queueIn(state, node)
    if (!needs.slots.serves(queue) || !needs.canRun(node.definition.handler)) continue
    const asked = needs.claimCommand(node)
    const hint = hintTo(task, node, needs.nowMs)
    if (asked === undefined || hint === undefined) break
    if (!needs.mayClaim(node, queue) || !needs.slots.take(queue)) continue
    if (chain.ask(asked) === undefined) claims.push({ queue, hint })
    else needs.slots.release(queue)
  }
  return claims
}
