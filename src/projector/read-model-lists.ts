/** The lists that are read in pages: the statement of each, the projections that it shows, and the key that it goes by. */
import type {
  AttemptSummary,
  BoundsSummary,
  ConvergenceSummary,
  DeadLetterSummary,
  DecisionSummary,
  GateSummary,
  StepSummary,
  TaskSummary,
} from '../ports/summaries.js'
import { loadStatements, type Statement } from '../sql.js'
import type { CursorKey, KeyPart } from './cursor.js'

const SQL = loadStatements('src/projector/read-model-lists.sql', [
  'newestTasks',
  'oldestTasks',
  'searchedTasks',
  'steps',
  'convergences',
  'timeline',
  'bounds',
  'decisionsOfTask',
  'newestDecisions',
  'gates',
  'deadLetters',
])

/** The statement takes its filters, the parts of the key, and a number of rows. */
export interface List<A> {
  readonly statement: Statement
  readonly of: ReadonlyArray<string>
  readonly parts: ReadonlyArray<KeyPart>
  keyOf(item: A): CursorKey
}

const byCreation = { of: ['task_summaries'], parts: ['time', 'task'] } as const
const taskKey = ({ createdAt, task }: TaskSummary): CursorKey => [createdAt, task]

export const NEWEST_TASKS: List<TaskSummary> = { ...byCreation, statement: SQL.newestTasks, keyOf: taskKey }

export const OLDEST_TASKS: List<TaskSummary> = { ...byCreation, statement: SQL.oldestTasks, keyOf: taskKey }

export const SEARCHED_TASKS: List<TaskSummary> = {
  ...byCreation,
  of: ['task_summaries', 'template_performance'],
  statement: SQL.searchedTasks,
  keyOf: taskKey,
}

export const STEPS: List<StepSummary> = {
  statement: SQL.steps,
  of: ['readiness', 'step_timeline'],
  parts: ['number'],
  keyOf: ({ number }) => [number],
}

export const CONVERGENCES: List<ConvergenceSummary> = {
  statement: SQL.convergences,
  of: ['convergence'],
  parts: ['text'],
  keyOf: ({ step }) => [step],
}

export const TIMELINE: List<AttemptSummary> = {
  statement: SQL.timeline,
  of: ['step_timeline'],
  parts: ['time', 'text', 'number'],
  keyOf: ({ enqueuedAt, step, attempt }) => [enqueuedAt, step, attempt],
}

export const BOUNDS: List<BoundsSummary> = {
  statement: SQL.bounds,
  of: ['bounds'],
  parts: ['text'],
  keyOf: ({ phase }) => [phase],
}

export const DECISIONS_OF_TASK: List<DecisionSummary> = {
  statement: SQL.decisionsOfTask,
  of: ['planning_decisions'],
  parts: ['number'],
  keyOf: ({ version }) => [version],
}

export const NEWEST_DECISIONS: List<DecisionSummary> = {
  statement: SQL.newestDecisions,
  of: ['planning_decisions'],
  parts: ['time', 'task', 'number'],
  keyOf: ({ askedAt, task, version }) => [askedAt, task, version],
}

export const GATES: List<GateSummary> = {
  statement: SQL.gates,
  of: ['gates', 'task_summaries'],
  parts: ['time', 'task', 'number'],
  keyOf: ({ openedAt, task, version }) => [openedAt, task, version],
}

export const DEAD_LETTERS: List<DeadLetterSummary> = {
  statement: SQL.deadLetters,
  of: ['dead_letters'],
  parts: ['time', 'task', 'number'],
  keyOf: ({ since, task, version }) => [since, task, version],
}
