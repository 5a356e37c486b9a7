/**
 * What a chain does to slots of limits. A slot is taken with a claim, and given back by whatever ends the attempt, which
 * is seen from the state alone: the step runs under limits before an event and no longer after it.
 */
import type { NamedLimit } from '../core/claim-limits.js'
import type { TaskEvent } from '../core/event.js'
import type { Node } from '../core/graph/node.js'
import { findNode, type TaskState } from '../core/state.js'
import type { SlotTaken, StreamAppend } from '../ports/log.js'

/** An attempt that holds slots. */
export interface Running {
  readonly node: Node
  readonly attempt: number
  readonly limits: ReadonlyArray<string>
}

/** The attempt that an event may end; undefined where it holds no slot. To be asked before the event is folded. */
export const runningBefore = (state: TaskState, event: TaskEvent): Running | undefined => {
  if (state.running.size === 0 || !('step' in event.data) || event.data.step === null) return undefined
  const node = findNode(state, event.data.step)
  if (node?.state.kind !== 'in_progress' || node.state.limits === undefined) return undefined
  const { attempt, limits } = node.state
  return { node, attempt, limits }
}

const holderOf = (step: number, attempt: number): string => `${step}/${attempt}`

export class SlotGathering {
  readonly taken: string[] = []
  readonly freed: string[] = []
  readonly net = new Map<string, number>()
  readonly #take: SlotTaken[] = []
  readonly #free: string[] = []

  take(
    { step, attempt }: { readonly step: number; readonly attempt: number },
    limits: ReadonlyArray<NamedLimit>,
  ): void {
    for (const limit of limits) {
      this.#take.push({ holder: holderOf(step, attempt), ...limit })
      this.taken.push(limit.limit)
      this.#count(limit.limit, 1)
    }
  }

  /** To be told of after an event of a step that ran under limits. */
  leave({ node, attempt, limits }: Running): void {
    if (node.state.kind === 'in_progress' && node.state.attempt === attempt) return
    this.#free.push(holderOf(node.id, attempt))
    for (const limit of limits) {
      this.freed.push(limit)
      this.#count(limit, -1)
    }
  }

  toAppend(): Pick<StreamAppend, 'slots'> {
    if (this.#take.length + this.#free.length === 0) return {}
    // An attempt that begins and ends in one chain, because its task is cancelled in it, never needed its slot.
    const take = this.#take.filter(({ holder }) => !this.#free.includes(holder))
    return { slots: { free: this.#free, take } }
  }

  #count(limit: string, by: number): void {
    this.net.set(limit, (this.net.get(limit) ?? 0) + by)
  }
}
