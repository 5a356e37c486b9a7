/** All projections there are. Adding one: a folder with its table and its function, and a line here. */
import { bounds } from './bounds/bounds.js'
import { catalogUsage } from './catalog-usage/catalog-usage.js'
import { convergence } from './convergence/convergence.js'
import { deadLetters } from './dead-letters/dead-letters.js'
import { gates } from './gates/gates.js'
import { planningDecisions } from './planning-decisions/planning-decisions.js'
import type { Projection } from './projection.js'
import { readiness } from './readiness/readiness.js'
import { stepTimeline } from './step-timeline/step-timeline.js'
import { taskCounts } from './task-counts/task-counts.js'
import { taskSummaries } from './task-summaries/task-summaries.js'
import { templatePerformance } from './template-performance/template-performance.js'

export const PROJECTIONS: ReadonlyArray<Projection> = [
  readiness,
  convergence,
  taskSummaries,
  taskCounts,
  stepTimeline,
  planningDecisions,
  gates,
  deadLetters,
  catalogUsage,
  bounds,
  templatePerformance,
]
