/** What projections show: of a task, a step, a gate, a decision, a handler, a template. Times are ISO 8601 in UTC. */
import type { Bounds } from '../core/bounds.js'
import type { DeadLetterReason } from '../core/dead-letter.js'
import type { TaskStatus } from '../core/status.js'

export interface TaskSummary {
  readonly task: string
  readonly namespace: string
  readonly template: string
  readonly templateVersion: string
  readonly status: TaskStatus
  readonly priority: number
  /** Events of the task so far. */
  readonly version: number
  readonly createdAt: string
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly updatedAt: string
  /** Steps that were created; each is in one of the counts that follow. */
  readonly stepsTotal: number
  readonly stepsPending: number
  readonly stepsQueued: number
  readonly stepsRunning: number
  readonly stepsWaiting: number
  readonly stepsDone: number
  readonly stepsFailed: number
  readonly stepsSkipped: number
  readonly phases: number
  readonly plannerCalls: number
  readonly tokens: number
  readonly costUsd: number
  readonly errorCode: string | null
  readonly errorMessage: string | null
  readonly errorStep: string | null
  readonly deadLetter: DeadLetterReason | null
  readonly correlation: string
  readonly parentCorrelation: string | null
  readonly identity: string | null
  readonly parentTask: string | null
  readonly parentStep: string | null
  readonly forkedFrom: string | null
}

export interface StepSummary {
  readonly task: string
  readonly step: string
  /** In the order of declaration: dependencies come first. */
  readonly number: number
  readonly type: string
  readonly handler: string
  /** False while a decision has yet to create it. */
  readonly isCreated: boolean
  readonly state: string
  readonly openDependencies: number
  readonly isReady: boolean
  readonly settlement: string | null
  /** Of its last attempt; null where it has none. */
  readonly attempt: number | null
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly errorCode: string | null
}

export interface ConvergenceSummary {
  readonly step: string
  readonly isCreated: boolean
  readonly state: string
  readonly requires: string
  readonly toleratesFailures: boolean
  readonly onEmpty: string
  readonly openDependencies: number
  readonly satisfied: number
  readonly absent: number
  readonly failed: number
  readonly verdictSoFar: string
  readonly settlement: string | null
}

/** One attempt, from the moment in which it was put in a queue. */
export interface AttemptSummary {
  readonly step: string
  readonly attempt: number
  readonly handler: string
  readonly enqueuedAt: string
  readonly startedAt: string | null
  readonly endedAt: string | null
  /** When it began to wait without a worker. */
  readonly waitingSince: string | null
  readonly worker: string | null
  readonly handlerVersion: string | null
  /** completed, failed, retried, lost, drained, yielded, cancelled or by_hand; null while it goes on. */
  readonly outcome: string | null
  readonly errorCode: string | null
  readonly errorMessage: string | null
}

/** Of the task, where the phase is empty, or of a planning step. */
export interface BoundsSummary {
  readonly phase: string
  readonly limits: Bounds
  readonly usedSteps: number
  readonly usedPhases: number
  readonly usedPlannerCalls: number
  readonly usedTokens: number
  readonly usedCostUsd: number
  readonly reservedSteps: number
  readonly reservedPhases: number
  readonly reservedPlannerCalls: number
  readonly reservedTokens: number
  readonly reservedCostUsd: number
}

export type DecisionStatus = 'asked' | 'proposed' | 'accepted' | 'rejected' | 'failed' | 'unanswered'

/** One call of a planner, or a person's proposal. Of one task they come in order, else the newest first. */
export interface DecisionSummary {
  readonly task: string
  /** Of the event that asked, or by which a person proposed. */
  readonly version: number
  readonly step: string
  readonly attempt: number
  readonly call: number
  readonly revision: number | null
  readonly by: 'planner' | 'person'
  readonly provider: string | null
  readonly model: string | null
  readonly status: DecisionStatus
  readonly askedAt: string
  readonly answeredAt: string | null
  readonly judgedAt: string | null
  readonly promptDigest: string | null
  readonly contextDigest: string | null
  readonly vocabularyDigest: string | null
  readonly fragmentDigest: string | null
  readonly reasoning: string | null
  readonly stopReason: string | null
  readonly findings: number
  readonly findingCodes: ReadonlyArray<string>
  readonly stepsCreated: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  readonly costUsd: number
  readonly errorCode: string | null
  readonly errorMessage: string | null
  /** Taken over by a fork: it was paid for in another task. */
  readonly isCopied: boolean
}

export type GateStatus = 'open' | 'approved' | 'rejected' | 'expired' | 'replaced' | 'withdrawn'

/** One time that people were asked, the newest first. */
export interface GateSummary {
  readonly task: string
  /** Of the event that opened it. */
  readonly version: number
  readonly step: string
  readonly attempt: number
  /** plan or exhausted, where a planning step opened it for itself. */
  readonly about: string | null
  readonly status: GateStatus
  readonly question: string
  readonly groups: ReadonlyArray<string>
  readonly required: number
  readonly approvals: number
  readonly rejections: number
  readonly digest: string
  readonly openedAt: string
  readonly closedAt: string | null
  readonly timeoutAt: string | null
  readonly onTimeout: string | null
  readonly escalatedAt: string | null
  readonly reminders: number
  readonly closedBy: ReadonlyArray<string>
  /** Of its task, where that is shown already. */
  readonly namespace: string | null
  readonly template: string | null
}

/** One time that a task became a dead letter, the newest first. */
export interface DeadLetterSummary {
  readonly task: string
  /** Of the event that made it one. */
  readonly version: number
  readonly namespace: string
  readonly template: string
  readonly templateVersion: string
  readonly reason: DeadLetterReason
  readonly since: string
  readonly step: string | null
  readonly code: string
  readonly message: string
  readonly endedAt: string | null
  readonly resolution: string | null
  readonly resolvedBy: string | null
  readonly resolutionReason: string | null
}

/** How often something took up to so long; null stands for longer than that. */
export interface DurationCount {
  readonly upToMs: number | null
  readonly count: number
}

export interface HandlerUsage {
  readonly handler: string
  /** Empty where the worker did not say. */
  readonly handlerVersion: string
  readonly attempts: number
  readonly completed: number
  readonly handedBack: number
  readonly retried: number
  readonly failed: number
  readonly lost: number
  readonly cancelled: number
  /** Sums: of attempts that came to an end by themselves, and of the time between queue and start. */
  readonly latencyMs: number
  readonly queuedMs: number
  readonly durations: ReadonlyArray<DurationCount>
}

export interface TemplatePerformance {
  readonly namespace: string
  readonly template: string
  readonly templateVersion: string
  readonly created: number
  readonly complete: number
  readonly error: number
  readonly cancelled: number
  readonly resolvedManually: number
  readonly blocked: number
  readonly steps: number
  readonly failedAttempts: number
  readonly plannerCalls: number
  readonly tokens: number
  readonly costUsd: number
  /** The sum over tasks that have ended. */
  readonly durationMs: number
  readonly durations: ReadonlyArray<DurationCount>
}
