/** Projections of an installation in which nobody projects. */
import type { Projections } from '../../src/ports/projections.js'

const nobody = (): Promise<never> => Promise.reject(new Error('nobody projects here'))

export const NOBODY_PROJECTS: Projections = {
  list: async () => [],
  rebuild: nobody,
  cancelRebuild: nobody,
  verify: nobody,
  verifyAll: async () => [],
  waitFor: async () => false,
  read: {
    tasks: nobody,
    task: nobody,
    taskCounts: nobody,
    steps: nobody,
    convergences: nobody,
    timeline: nobody,
    bounds: nobody,
    decisions: nobody,
    gates: nobody,
    deadLetters: nobody,
    waiting: nobody,
    catalogUsage: nobody,
    templatePerformance: nobody,
  },
  query: nobody,
}
