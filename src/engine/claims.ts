/**
 * Eager claims: steps that a chain has enqueued, or that its task has waiting, are claimed in the same append where
 * this process serves their queue and has a free slot. So a sequential path costs one commit a step.
 */
import type { Node } from '../core/graph/node.js'
import { MAX_EAGER_LOOK } from '../core/limits.js'
import { nodeAt, type TaskState } from '../core/state.js'
import { queueOf } from '../core/step.js'
import type { Asked, Chain } from './chain.js'
import type { Slots } from './slots.js'

export interface EagerNeeds {
  readonly slots: Slots
  canRun(handler: string): boolean
  /** The claim of an enqueued step, or undefined while this process may not claim. */
  claimCommand(node: Node): Asked | undefined
}

/** Returns the queues whose slots were taken, one a claim: to be released if the chain does not land. */
export const claimEagerly = (state: TaskState, chain: Chain, needs: EagerNeeds): ReadonlyArray<string> => {
  const taken: string[] = []
  if (state.enqueued.size === 0 || state.phase.kind === 'paused') return taken
  let looked = 0
  for (const id of state.enqueued) {
    looked += 1
    // A task may hold many steps of queues that are full here or not served at all: the rest is for the dispatcher.
    if (looked - taken.length > MAX_EAGER_LOOK) break
    const node = nodeAt(state, id)
    const queue = queueOf(node.definition.handler, state.template.namespace)
    if (!needs.slots.serves(queue) || !needs.canRun(node.definition.handler)) continue
    const asked = needs.claimCommand(node)
    if (asked === undefined) break
    if (!needs.slots.take(queue)) continue
    if (chain.ask(asked) === undefined) taken.push(queue)
    else needs.slots.release(queue)
  }
  return taken
}
