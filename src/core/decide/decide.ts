/**
 * The decider: what a command makes of a task. It reads the state and never changes it; it answers with events or with
 * a refusal that says why nothing happened. `advance` decides all that follows from the state as it is, so the engine
 * ends every chain with it, and a completion, the steps that it makes ready and their queue entries land in one append.
 */
import { isClosed, type TaskState } from '../state.js'
import { advance } from './advance.js'
import type { CompleteStep, ResetStep, ResolveStep, SkipStep } from './by-hand.js'
import { changePriority, completeStep, resetStep, resolveStep, retryStepNow, skipStep } from './by-hand.js'
import { startStep } from './claim.js'
import type { Command } from './command.js'
import { createTask } from './create.js'
import { type ResolveDeadLetter, resolveDeadLetter } from './dead-letter.js'
import { type Decision, refuse } from './decision.js'
import type { Envelope } from './envelope.js'
import { forkTask } from './fork.js'
import { type ExpireGate, expireGate, type RemindGate, remindGate, voteGate } from './gate.js'
import { judgeFragment } from './judge.js'
import { loseAttempts, recordLateResult } from './lost.js'
import { reportOutcome, retryDue, saveCheckpoint } from './outcome.js'
import { type PassPhaseDeadline, passPhaseDeadline } from './phase-time.js'
import { editPlan } from './plan-approval.js'
import { failPlan, proposeFragment, requestPlan } from './planning.js'
import { cancelTask, failBlockedTask, pauseTask, resumeTask } from './task.js'
import { type EndDelay, endDelay, type PassDeadline, type PassStaleness, passDeadline, passStaleness } from './time.js'
import { confirmChild, confirmDelivery, endChild, receiveSignal, wakeStep } from './wait.js'

export const decide = (state: TaskState, command: Command, envelope: Envelope): Decision => {
  if (command.type === 'create-task') return createTask(state, command, envelope)
  if (command.type === 'fork-task') return forkTask(state, command, envelope)
  if (state.phase.kind === 'new') return refuse('task_unknown', 'there is no such task')
  if (command.type === 'advance') return advance(state, envelope)
  if (command.type === 'lose-attempts') return loseAttempts(state, command, envelope)
  if (command.type === 'record-late-result') return recordLateResult(state, command, envelope)
  if (command.type === 'confirm-delivery') return confirmDelivery(state, command, envelope)
  if (command.type === 'resolve-dead-letter') return resolveDeadLetter(state, command, envelope)
  if (isRepair(command) && state.phase.kind === 'error' && !state.compensated)
    return decideOpen(state, command, envelope)
  if (isClosed(state.phase) && !(state.compensating > 0 && isOfAttempt(command)))
    return refuse('task_closed', `the task is ${state.phase.kind}`)
  if (isOfTheClock(command)) return decideByTheClock(state, command, envelope)
  return decideOpen(state, command, envelope)
}

/** What an operator may do to a task that has ended in `error`: it goes on by a legal transition. */
const isRepair = (command: Command): command is ResetStep | ResolveStep | CompleteStep | SkipStep =>
  command.type === 'reset-step' ||
  command.type === 'resolve-step' ||
  command.type === 'complete-step' ||
  command.type === 'skip-step'

/** What compensations need, which run after their task has ended; every other step was cancelled with it. */
const isOfAttempt = (command: Command): boolean =>
  command.type === 'start-step' ||
  command.type === 'report-outcome' ||
  command.type === 'save-checkpoint' ||
  command.type === 'retry-due'

type ClockCommand = PassDeadline | PassPhaseDeadline | PassStaleness | EndDelay | ExpireGate | RemindGate

const isOfTheClock = (command: Command): command is ClockCommand =>
  command.type === 'pass-deadline' ||
  command.type === 'pass-phase-deadline' ||
  command.type === 'pass-staleness' ||
  command.type === 'end-delay' ||
  command.type === 'expire-gate' ||
  command.type === 'remind-gate'

/** The clock of a paused task stands still. Timers of single steps say so themselves. */
const decideByTheClock = (state: TaskState, command: ClockCommand, envelope: Envelope): Decision => {
  if (state.phase.kind === 'paused') {
    return refuse('task_paused', 'the task is paused; its clock goes on when it is resumed')
  }
  switch (command.type) {
    case 'pass-deadline':
      return passDeadline(state, envelope)
    case 'pass-phase-deadline':
      return passPhaseDeadline(state, command, envelope)
    case 'pass-staleness':
      return passStaleness(state, command, envelope)
    case 'end-delay':
      return endDelay(state, envelope)
    case 'expire-gate':
      return expireGate(state, command, envelope)
    case 'remind-gate':
      return remindGate(state, command, envelope)
    default:
      return unknownCommand(command)
  }
}

type OpenCommand = Exclude<
  Command,
  | ClockCommand
  | ResolveDeadLetter
  | { type: 'create-task' | 'fork-task' | 'advance' | 'lose-attempts' | 'record-late-result' | 'confirm-delivery' }
>

const decideOpen = (state: TaskState, command: OpenCommand, envelope: Envelope): Decision => {
  switch (command.type) {
    case 'start-step':
      return startStep(state, command, envelope)
    case 'report-outcome':
      return reportOutcome(state, command, envelope)
    case 'save-checkpoint':
      return saveCheckpoint(state, command, envelope)
    case 'retry-due':
      return retryDue(state, command, envelope)
    case 'request-plan':
      return requestPlan(state, command, envelope)
    case 'propose-fragment':
      return proposeFragment(state, command, envelope)
    case 'fail-plan':
      return failPlan(state, command, envelope)
    case 'judge-fragment':
      return judgeFragment(state, command, envelope)
    case 'vote-gate':
      return voteGate(state, command, envelope)
    case 'edit-plan':
      return editPlan(state, command, envelope)
    case 'cancel-task':
      return cancelTask(state, command, envelope)
    case 'pause-task':
      return pauseTask(state, command, envelope)
    case 'resume-task':
      return resumeTask(state, command, envelope)
    case 'retry-step-now':
      return retryStepNow(state, command, envelope)
    case 'reset-step':
      return resetStep(state, command, envelope)
    case 'resolve-step':
      return resolveStep(state, command, envelope)
    case 'complete-step':
      return completeStep(state, command, envelope)
    case 'skip-step':
      return skipStep(state, command, envelope)
    case 'change-priority':
      return changePriority(state, command, envelope)
    case 'wake-step':
      return wakeStep(state, command, envelope)
    case 'receive-signal':
      return receiveSignal(state, command, envelope)
    case 'confirm-child':
      return confirmChild(state, command, envelope)
    case 'end-child':
      return endChild(state, command, envelope)
    case 'fail-blocked-task':
      return failBlockedTask(state, envelope)
    default:
      return unknownCommand(command)
  }
}

const unknownCommand = (command: never): never => {
  throw new Error(`decide does not know the command ${JSON.stringify(command)}`)
}
