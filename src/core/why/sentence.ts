/** Reasons in words: one sentence each, with what a person could do about it where that is not plain. */
import { MAX_NAMES_IN_SENTENCE } from '../limits.js'
import type { Origin, Reason } from './reason.js'

/** `step` is whom it is about; null for the task. */
export const sentenceOf = (step: string | null, reason: Reason, nowMs: number): string => {
  const it = step ?? 'the task'
  switch (reason.kind) {
    case 'task_ended':
      return `the task is ${reason.status}: nothing of it runs any more`
    case 'task_failed':
      return `the task ended in error${reason.step === null ? '' : ` at ${reason.step}`}: ${reason.code}: ${reason.message}`
    case 'task_blocked':
      return `the task is blocked: ${listed(reason.failed)} failed for good; retry, reset, resolve or skip what failed`
    case 'paused':
      return 'the task is paused; resume it'
    case 'phase_held':
      return `the phase ${reason.phase} stands still, since its time is up; decide about ${reason.gate}`
    case 'not_before':
      return `the task begins ${at(reason.atMs, nowMs)}`
    case 'ended':
      return `${it} is ${reason.how}`
    case 'failed':
      return `${it} failed (${reason.of}): ${reason.error.code}: ${reason.error.message}`
    case 'rejected':
      return rejectedSentence(it, reason)
    case 'never':
      return `${it} will not run: ${originSentence(reason.origin)}${through(reason.path)}`
    case 'running':
      return runningSentence(it, reason)
    case 'retry':
      return `${it} failed in attempt ${reason.attempt} (${reason.error.code}: ${reason.error.message}); the next one is due ${at(reason.dueAtMs, nowMs)}`
    case 'gate':
      return gateSentence(it, reason, nowMs)
    case 'time':
      return `${it} waits until ${at(reason.untilMs, nowMs)}`
    case 'signal':
      return `${it} waits for the signal ${reason.signal}${reason.untilMs === null ? '' : `, at most until ${at(reason.untilMs, nowMs)}`}`
    case 'child':
      return `${it} waits for the task ${reason.task}, which it started`
    case 'instances':
      return `${it} is done, and ${reason.open} of its ${reason.of} instances have not settled`
    case 'queued':
      return `${it} stands in the queue ${reason.queue}, and waits for a free worker`
    case 'no_worker':
      return `${it} stands in the queue ${reason.queue}, which no live worker serves; start one`
    case 'no_handler':
      return reason.handler === 'catalog:plan'
        ? `${it} is a planning step, and no live worker has a planner`
        : `${it} stands in the queue ${reason.queue}, and no live worker there has the handler ${reason.handler}`
    case 'limit':
      return `${it} is held by a limit: ${reason.limit}`
    case 'window':
      return `${it} is ready; ${reason.limit} steps of the task stand in queues already, and it follows as they are claimed`
    case 'parallelism':
      return `${it} is ready; ${reason.of} runs ${reason.limit} at a time, and it follows as others settle`
    case 'undecided':
      return `${it} does not exist yet: ${listed(reason.by)} ${reason.by.length === 1 ? 'has' : 'have'} to decide whether it will`
    case 'dependency':
      return dependencySentence(it, reason)
    default:
      return unknownReason(reason)
  }
}

const originSentence = (origin: Origin): string => {
  switch (origin.kind) {
    case 'failed':
      return `${origin.step} failed (${origin.error.code}: ${origin.error.message})`
    case 'cancelled':
    case 'skipped':
      return `${origin.step} was ${origin.kind}`
    case 'decided_otherwise':
      return `${origin.step} decided otherwise`
    case 'unknown':
      return `what ${origin.step} depends on is not part of this run`
  }
}

/** The steps between, the origin itself left out: it was named. */
const through = (path: ReadonlyArray<string>): string =>
  path.length < 2 ? '' : `, and ${listed(path.slice(0, -1))} with it`

const gateSentence = (it: string, gate: Extract<Reason, { kind: 'gate' }>, nowMs: number): string => {
  const { groups, voters, required, approvedBy, timeoutAtMs } = gate
  const who =
    groups.length === 0
      ? 'anybody may vote'
      : `members of ${listed(groups)} may vote${voters.length === 0 ? '' : ` (${listed(voters)})`}`
  const have = approvedBy.length === 0 ? `needs ${required}` : `has ${approvedBy.length} of ${required}`
  const until = timeoutAtMs === null ? '' : `, until ${at(timeoutAtMs, nowMs)}`
  return `${it} waits for approval ("${gate.question}"): it ${have}; ${who}${until}`
}

const dependencySentence = (it: string, { path, root, others }: Extract<Reason, { kind: 'dependency' }>): string => {
  const more = others === 0 ? '' : ` (and for ${others} more)`
  const chain = path.length === 1 ? `waits for ${path[0] ?? ''}` : `waits for ${path.join(', which waits for ')}`
  return `${it} ${chain}${more}: ${root.sentences.join('; ')}`
}

const runningSentence = (it: string, { worker, attempt }: Extract<Reason, { kind: 'running' }>): string =>
  worker === null
    ? `${it} runs (attempt ${attempt}), but its worker is gone; the attempt is given to another one soon`
    : `${it} runs (attempt ${attempt}) on ${worker}`

const rejectedSentence = (it: string, { proposals, findings }: Extract<Reason, { kind: 'rejected' }>): string => {
  const said = findings
    .slice(0, MAX_NAMES_IN_SENTENCE)
    .map(({ code, path, message }) => `${code}${path === '' ? '' : ` at ${path}`}: ${message}`)
  const more = findings.length > said.length ? ` (and ${findings.length - said.length} more)` : ''
  return `${proposals} of ${it}'s proposals ${proposals === 1 ? 'was' : 'were'} rejected, the last for ${said.join('; ')}${more}; tasker audit tells them all`
}

const listed = (names: ReadonlyArray<string>): string => {
  const shown = names.slice(0, MAX_NAMES_IN_SENTENCE)
  const left = names.length - shown.length
  return left === 0 ? shown.join(', ') : `${shown.join(', ')} and ${left} more`
}

const SECOND = 1000
const UNITS: ReadonlyArray<readonly [ms: number, name: string]> = [
  [86_400 * SECOND, 'd'],
  [3600 * SECOND, 'h'],
  [60 * SECOND, 'min'],
  [SECOND, 's'],
]

/** The time, and how far away it is. */
const at = (ms: number, nowMs: number): string => {
  const away = Math.abs(ms - nowMs)
  const [unit, name] = UNITS.find(([size]) => away >= size) ?? [SECOND, 's']
  const rounded = `${Math.round(away / unit)} ${name}`
  return `${new Date(ms).toISOString()} (${ms < nowMs ? `${rounded} ago` : `in ${rounded}`})`
}

const unknownReason = (reason: never): never => {
  throw new Error(`no sentence for ${JSON.stringify(reason)}`)
}
