/** Commands: what can be asked of a task. Each stands beside the function that decides it. */
import type { Advance } from './advance.js'
import type { ChangePriority, CompleteStep, ResetStep, ResolveStep, RetryStepNow, SkipStep } from './by-hand.js'
import type { StartStep } from './claim.js'
import type { CreateTask } from './create.js'
import type { ResolveDeadLetter } from './dead-letter.js'
import type { ForkTask } from './fork.js'
import type { ExpireGate, RemindGate, VoteGate } from './gate.js'
import type { JudgeFragment } from './judge.js'
import type { LoseAttempts, RecordLateResult } from './lost.js'
import type { ReportOutcome, RetryDue, SaveCheckpoint } from './outcome.js'
import type { PassPhaseDeadline } from './phase-time.js'
import type { EditPlan } from './plan-approval.js'
import type { FailPlan, ProposeFragment, RequestPlan } from './planning.js'
import type { CancelTask, FailBlockedTask, PauseTask, ResumeTask } from './task.js'
import type { EndDelay, PassDeadline, PassStaleness } from './time.js'
import type { ConfirmChild, ConfirmDelivery, EndChild, ReceiveSignal, WakeStep } from './wait.js'

export type Command =
  | CreateTask
  | ForkTask
  | Advance
  | StartStep
  | ReportOutcome
  | SaveCheckpoint
  | LoseAttempts
  | RetryDue
  | RequestPlan
  | ProposeFragment
  | FailPlan
  | JudgeFragment
  | VoteGate
  | ExpireGate
  | RemindGate
  | EditPlan
  | CancelTask
  | PauseTask
  | ResumeTask
  | RecordLateResult
  | RetryStepNow
  | ResetStep
  | ResolveStep
  | CompleteStep
  | SkipStep
  | ChangePriority
  | WakeStep
  | ReceiveSignal
  | ConfirmChild
  | EndChild
  | ConfirmDelivery
  | ResolveDeadLetter
  | FailBlockedTask
  | PassDeadline
  | PassStaleness
  | PassPhaseDeadline
  | EndDelay
