/** Who planned each phase, in a few words: the provider and model of the call whose plan was carried out, or a person. */
import type { Projections } from '../../../ports/projections.js'
import type { DecisionSummary } from '../../../ports/summaries.js'
import type { Phase } from './phases.js'

const MAX_READ_DECISIONS = 200

/** By the planning step's name; of a task that nobody projects, empty. */
export const planningNames = async (
  projections: Pick<Projections, 'read'>,
  task: string,
  phases: ReadonlyArray<Phase>,
): Promise<ReadonlyMap<string, string>> => {
  if (phases.length === 0) return new Map()
  const { items } = await projections.read
    .decisions({ task, statuses: ['accepted'], limit: MAX_READ_DECISIONS })
    .catch(() => ({ items: [] }))
  return new Map(items.map((decision) => [decision.step, plannerOf(decision)]))
}

const plannerOf = ({ by, provider, model }: DecisionSummary): string => {
  if (by === 'person') return 'a person'
  return [...new Set([provider, model])].filter((part) => part !== null && part !== '').join(' · ')
}
