/** What people were asked and what they said, as the log tells it. */
import type { TaskEvent } from '../../src/core/event.js'
import type { Json } from '../../src/core/json.js'
import type { ReadContent } from './planning-story.js'

export interface GateStory {
  readonly step: string
  readonly question: string
  readonly context: Json
  readonly votes: ReadonlyArray<{ readonly actor: string; readonly vote: string; readonly comment: string | null }>
  readonly ended: 'open' | 'approved' | 'rejected' | 'expired'
}

export const gateStories = (events: ReadonlyArray<TaskEvent>, read: ReadContent): ReadonlyArray<GateStory> => {
  const gates = new Map<string, GateStory>()
  const change = (step: string, to: (gate: GateStory) => Partial<GateStory>): void => {
    const gate = gates.get(step)
    if (gate !== undefined) gates.set(step, { ...gate, ...to(gate) })
  }
  for (const event of events) {
    switch (event.type) {
      case 'gate-opened': {
        const { step, question, context } = event.data
        gates.set(step, { step, question, context: read(context) ?? null, votes: [], ended: 'open' })
        break
      }
      case 'gate-voted': {
        const { step, actor, vote, comment } = event.data
        change(step, (gate) => ({ votes: [...gate.votes, { actor, vote, comment }] }))
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
  return [...gates.values()]
}
