/**
 * What projections show, for pages and programs. Lists come in pages by key, never by offset: the hundredth page costs
 * what the first one does. Times are ISO 8601 in UTC with six decimals and `Z`. What is read may be a little behind the
 * log; `atLeast` waits until it is not.
 */
import type { DeadLetterReason } from '../core/dead-letter.js'
import type { TaskStatus } from '../core/status.js'
import type {
  AttemptSummary,
  BoundsSummary,
  ConvergenceSummary,
  DeadLetterSummary,
  DecisionStatus,
  DecisionSummary,
  GateStatus,
  GateSummary,
  HandlerUsage,
  StepSummary,
  TaskSummary,
  TemplatePerformance,
} from './summaries.js'

export interface ReadOptions {
  /** A position of the log: what is read shows everything up to it, or `projection_behind` is thrown after a while. */
  readonly atLeast?: number
}

export interface PageOptions extends ReadOptions {
  /** 50, and 500 at most. */
  readonly limit?: number
  /** The `next` of the page before; of the same question. Any other text is refused (`cursor_invalid`). */
  readonly after?: string
}

export interface Page<A> {
  readonly items: ReadonlyArray<A>
  /** Where the next page begins; null where there is none. */
  readonly next: string | null
}

/** What is absent restricts nothing. */
export interface TaskFilter {
  readonly statuses?: ReadonlyArray<TaskStatus>
  readonly namespace?: string
  /** Those that whoever asks may see. */
  readonly namespaces?: ReadonlyArray<string>
  /** An id or its beginning, a correlation, a key, or a part of a template's name; the newest first. */
  readonly search?: string
  readonly template?: string
  readonly templateVersion?: string
  readonly correlation?: string
  /** Children of a task. */
  readonly parentTask?: string
  /** Forks of a task. */
  readonly forkedFrom?: string
  /** Created at this time or after it, and before that one. */
  readonly createdFrom?: string
  readonly createdBefore?: string
  /** With a planning step, or without. */
  readonly isPlanned?: boolean
  /** The newest first by default. */
  readonly order?: 'newest' | 'oldest'
}

export interface DecisionFilter {
  readonly task?: string
  readonly step?: string
  readonly statuses?: ReadonlyArray<DecisionStatus>
  readonly model?: string
  /** Those that whoever asks may see; where no task is named. */
  readonly namespaces?: ReadonlyArray<string>
}

export interface GateFilter {
  readonly task?: string
  readonly statuses?: ReadonlyArray<GateStatus>
  /** Those that one of these groups may vote at. */
  readonly groups?: ReadonlyArray<string>
  /** Those that whoever asks may see. */
  readonly namespaces?: ReadonlyArray<string>
}

export interface DeadLetterFilter {
  /** Those that nobody has dealt with, or the others. */
  readonly isWaiting?: boolean
  readonly namespace?: string
  /** Those that whoever asks may see. */
  readonly namespaces?: ReadonlyArray<string>
  readonly template?: string
  readonly reason?: DeadLetterReason
  readonly task?: string
}

/** All of these throw `ProjectionRefused`: `projection_absent` where nobody has projected yet, `projection_behind`. */
export interface ReadModels {
  tasks(options?: TaskFilter & PageOptions): Promise<Page<TaskSummary>>
  /** Undefined where there is no such task, or none yet. */
  task(task: string, options?: ReadOptions): Promise<TaskSummary | undefined>
  /** How many tasks stand how; every status is there. */
  taskCounts(
    options?: Pick<TaskFilter, 'namespace' | 'namespaces' | 'template'> & ReadOptions,
  ): Promise<Readonly<Record<TaskStatus, number>>>
  /** The steps of a task with their last attempts, in the order of declaration. */
  steps(task: string, options?: { readonly states?: ReadonlyArray<string> } & PageOptions): Promise<Page<StepSummary>>
  /** How far each convergence step of a task is. */
  convergences(task: string, options?: PageOptions): Promise<Page<ConvergenceSummary>>
  /** The attempts of a task, or of one of its steps, in the order in which they were queued. */
  timeline(task: string, options?: { readonly step?: string } & PageOptions): Promise<Page<AttemptSummary>>
  /** Of the task first, then of its phases. */
  bounds(task: string, options?: PageOptions): Promise<Page<BoundsSummary>>
  decisions(options?: DecisionFilter & PageOptions): Promise<Page<DecisionSummary>>
  gates(options?: GateFilter & PageOptions): Promise<Page<GateSummary>>
  deadLetters(options?: DeadLetterFilter & PageOptions): Promise<Page<DeadLetterSummary>>
  /** What waits for somebody; each is counted up to a thousand. */
  waiting(
    options?: { readonly namespaces?: ReadonlyArray<string> } & ReadOptions,
  ): Promise<{ readonly gates: number; readonly deadLetters: number }>
  /** By handler and version. */
  catalogUsage(options?: ReadOptions): Promise<ReadonlyArray<HandlerUsage>>
  /** By namespace, template and version; a thousand at most. */
  templatePerformance(
    options?: Pick<TaskFilter, 'namespace' | 'namespaces' | 'template'> & ReadOptions,
  ): Promise<ReadonlyArray<TemplatePerformance>>
}
