/** Why a step is not running: reasons as data, each with all that a person needs to act on it. */
import type { Finding } from '../finding.js'
import type { StepFailureReason } from '../graph/node.js'
import type { StepError } from '../outcome.js'

export type Reason =
  /** Of the task as a whole. */
  | { readonly kind: 'task_ended'; readonly status: string }
  | { readonly kind: 'task_failed'; readonly code: string; readonly message: string; readonly step: string | null }
  | { readonly kind: 'task_blocked'; readonly failed: ReadonlyArray<string> }
  | { readonly kind: 'paused' }
  | { readonly kind: 'phase_held'; readonly phase: string; readonly gate: string }
  | { readonly kind: 'not_before'; readonly atMs: number }
  /** It has ended, or will never run: where that began, and by which steps it came here. */
  | { readonly kind: 'ended'; readonly how: 'complete' | 'cancelled' | 'skipped' | 'resolved_manually' }
  | { readonly kind: 'failed'; readonly error: StepError; readonly of: StepFailureReason }
  | { readonly kind: 'rejected'; readonly proposals: number; readonly findings: ReadonlyArray<Finding> }
  | { readonly kind: 'never'; readonly settlement: 'absent' | 'failed'; readonly origin: Origin; readonly path: Path }
  /** It is under way. */
  | { readonly kind: 'running'; readonly attempt: number; readonly worker: string | null }
  | { readonly kind: 'retry'; readonly attempt: number; readonly dueAtMs: number; readonly error: StepError }
  | {
      readonly kind: 'gate'
      readonly question: string
      readonly groups: ReadonlyArray<string>
      /** Members of those groups; empty where everybody may vote, or nobody is known. */
      readonly voters: ReadonlyArray<string>
      readonly required: number
      readonly approvedBy: ReadonlyArray<string>
      readonly timeoutAtMs: number | null
    }
  | { readonly kind: 'time'; readonly untilMs: number }
  | { readonly kind: 'signal'; readonly signal: string; readonly untilMs: number | null }
  | { readonly kind: 'child'; readonly task: string }
  | { readonly kind: 'instances'; readonly open: number; readonly of: number }
  /** It could run, but for these. */
  | { readonly kind: 'queued'; readonly queue: string }
  | { readonly kind: 'no_worker'; readonly queue: string }
  | { readonly kind: 'no_handler'; readonly queue: string; readonly handler: string }
  | { readonly kind: 'limit'; readonly limit: string }
  | { readonly kind: 'window'; readonly limit: number }
  | { readonly kind: 'parallelism'; readonly of: string; readonly limit: number }
  /** It waits for others. */
  | { readonly kind: 'undecided'; readonly by: ReadonlyArray<string> }
  | {
      readonly kind: 'dependency'
      /** From the nearest step that it waits for to the one with which that ends. */
      readonly path: Path
      readonly root: Explanation
      /** Further dependencies that have not settled. */
      readonly others: number
    }

type Path = ReadonlyArray<string>

export type Origin =
  | { readonly kind: 'failed'; readonly step: string; readonly error: StepError }
  | { readonly kind: 'cancelled' | 'skipped'; readonly step: string }
  | { readonly kind: 'decided_otherwise'; readonly step: string }
  | { readonly kind: 'unknown'; readonly step: string }

export interface Explanation {
  /** Null for the task as a whole. */
  readonly step: string | null
  readonly reasons: ReadonlyArray<Reason>
  readonly sentences: ReadonlyArray<string>
}

/** What the log of one task does not say. */
export interface Surroundings {
  readonly nowMs: number
  /** Live sessions of workers; `handlers` is empty where a session did not say what it has. */
  readonly sessions: ReadonlyArray<{
    readonly id: number
    readonly worker: string
    readonly queues: ReadonlyArray<string>
    readonly handlers: ReadonlyArray<string>
  }>
  /** Who is in which group, for gates. */
  readonly groups?: Readonly<Record<string, ReadonlyArray<string>>>
  /** Limits that hold a step which stands in its queue, in words. */
  readonly limitsOf?: (step: string, queue: string) => ReadonlyArray<string>
}
