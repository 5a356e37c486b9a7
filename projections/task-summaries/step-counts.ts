/** How many created steps of a task stand how: each step is taken out of where it was and put where it is. */
import { isCreated, type Node } from '../../src/core/graph/node.js'

export type Standing = 'pending' | 'queued' | 'running' | 'waiting' | 'done' | 'failed' | 'skipped'

export class StepCounts {
  /** By the steps' numbers. */
  readonly #standings: (Standing | undefined)[] = []
  readonly #counts = new Map<Standing, number>()
  total = 0

  of(standing: Standing): number {
    return this.#counts.get(standing) ?? 0
  }

  note(node: Node): void {
    if (!isCreated(node)) return
    const before = this.#standings[node.id]
    const now = standingOf(node)
    if (before === now) return
    if (before === undefined) this.total += 1
    else this.#counts.set(before, this.of(before) - 1)
    this.#counts.set(now, this.of(now) + 1)
    this.#standings[node.id] = now
  }
}

const standingOf = (node: Node): Standing => {
  switch (node.state.kind) {
    case 'pending':
      // It will never run: what it waited for has settled against it.
      if (node.own === 'absent') return 'skipped'
      return node.own === 'failed' ? 'failed' : 'pending'
    case 'enqueued':
      return 'queued'
    case 'in_progress':
      return 'running'
    case 'waiting':
    case 'waiting_for_retry':
    case 'waiting_for_approval':
      return 'waiting'
    case 'complete':
    case 'resolved_manually':
      return 'done'
    case 'error':
    case 'cancelled':
      return 'failed'
    case 'skipped':
      return 'skipped'
    default:
      return unknownState(node.state)
  }
}

const unknownState = (state: never): never => {
  throw new Error(`there is no standing for ${JSON.stringify(state)}`)
}
