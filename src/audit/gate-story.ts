/** What people were asked and what they said, as the log tells it: one story for each time that a gate was opened. */
import type { TaskEvent } from '../core/event.js'
import type { Json } from '../core/json.js'
import type { ReadContent } from './told-task.js'

export interface GateStory {
  readonly step: string
  /** Version of the event that opened it. */
  readonly opened: number
  /** What is decided beside the step itself: a plan, or what follows when a planner may not go on. */
  readonly about: 'step' | 'plan' | 'exhausted'
  readonly question: string
  readonly context: Json
  readonly votes: ReadonlyArray<Vote>
  readonly ended: 'open' | 'approved' | 'rejected' | 'expired'
}

export interface Vote {
  readonly actor: string
  /** Whether somebody made sure that it was they. */
  readonly authenticated: boolean
  readonly vote: string
  readonly comment: string | null
}

export const gateStories = (events: ReadonlyArray<TaskEvent>, read: ReadContent): ReadonlyArray<GateStory> => {
  const gates: GateStory[] = []
  const change = (step: string, to: (gate: GateStory) => Partial<GateStory>): void => {
    const index = gates.findLastIndex((gate) => gate.step === step)
    const gate = gates[index]
    if (gate !== undefined) gates[index] = { ...gate, ...to(gate) }
  }
  for (const [index, event] of events.entries()) {
    switch (event.type) {
      case 'gate-opened': {
        const { step, question, context, about = 'step' } = event.data
        gates.push({
          ...{ step, about, question, opened: index + 1 },
          context: read(context) ?? null,
          votes: [],
          ended: 'open',
        })
        break
      }
      case 'gate-voted': {
        const { step, actor, vote, comment } = event.data
        const by = event.metadata.actor
        const authenticated = by.kind === 'person' && by.authenticated
        change(step, (gate) => ({ votes: [...gate.votes, { actor, authenticated, vote, comment }] }))
        break
      }
      case 'gate-approved':
        change(event.data.step, () => ({ ended: 'approved' }))
        break
      case 'gate-rejected':
        change(event.data.step, () => ({ ended: 'rejected' }))
        break
      case 'gate-expired':
        change(event.data.step, () => ({ ended: 'expired' }))
        break
      default:
    }
  }
  return gates
}
