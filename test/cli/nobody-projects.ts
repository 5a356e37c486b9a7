/** Projections of an installation in which nobody projects. */
import type { Projections } from '../../src/ports/projections.js'

const nobody = (): Promise<never> => Promise.reject(new Error('nobody projects here'))

export const NOBODY_PROJECTS: Projections = {
  list: async () => [],
  rebuild: nobody,
  verify: nobody,
  waitFor: async () => false,
  query: nobody,
}
