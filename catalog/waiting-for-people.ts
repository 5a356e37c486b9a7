/** How people are waited for: which of them, for how long, who comes next, and how they are reminded meanwhile. */
import { closed } from '../src/core/closed.js'
import { integer, listOf, oneOf, type RuleProblem, ruled, text } from '../src/core/described.js'
import {
  MAX_GATE_GROUPS,
  MAX_GATE_TIMEOUT_SECONDS,
  MAX_GATE_VOTES,
  MAX_NAME_CHARS,
  MIN_REMINDER_SECONDS,
} from '../src/core/limits.js'
import { seconds } from './fields.js'
import { CHANNELS, channelProblem, ONE_CHANNEL } from './notify/channel.js'

const groups = (description: string) =>
  listOf(text({ maxChars: MAX_NAME_CHARS }), { minItems: 1, maxItems: MAX_GATE_GROUPS, description })

/** `onTimeout` is what may be done when the time is over: a plan, for one, is never approved by nobody. */
export const waitingFor = <const V extends ReadonlyArray<string>>(onTimeout: V) => ({
  groups: groups('Who may answer; absent, anybody.'),
  required: integer({
    min: 1,
    max: MAX_GATE_VOTES,
    description: 'Approvals that are needed: 1 where absent. One rejection rejects.',
  }),
  timeout_seconds: seconds(MAX_GATE_TIMEOUT_SECONDS, 'Absent, it is waited for without end.'),
  on_timeout: oneOf(onTimeout, 'reject where absent.'),
  escalate_to: groups('Who is asked when the time is over.'),
  escalate_timeout_seconds: seconds(
    MAX_GATE_TIMEOUT_SECONDS,
    'How long those may take; then it is rejected. Absent, they are waited for without end.',
  ),
  remind_every_seconds: integer({
    min: MIN_REMINDER_SECONDS,
    max: MAX_GATE_TIMEOUT_SECONDS,
    description: 'While nobody has decided, remind is sent so often.',
  }),
  remind: ruled(
    closed({}, CHANNELS),
    `Where reminders go, as in catalog:notify: {question, step, groups, reminder, …}. ${ONE_CHANNEL}`,
    channelProblem,
  ),
})

export const WAITING_RULE =
  'on_timeout: escalate needs escalate_to; on_timeout needs timeout_seconds; remind_every_seconds and remind need each other.'

interface Waiting {
  readonly timeout_seconds?: number | undefined
  readonly on_timeout?: string | undefined
  readonly escalate_to?: ReadonlyArray<string> | undefined
  readonly escalate_timeout_seconds?: number | undefined
  readonly remind_every_seconds?: number | undefined
  readonly remind?: unknown
}

export const waitingProblem = (value: Waiting): RuleProblem | undefined => {
  const escalates = value.on_timeout === 'escalate'
  if (escalates && value.escalate_to === undefined) {
    return { at: 'escalate_to', message: 'is missing; on_timeout: escalate needs to know to whom' }
  }
  for (const key of ['escalate_to', 'escalate_timeout_seconds'] as const) {
    if (!escalates && value[key] !== undefined) return { at: key, message: 'is of no use without on_timeout: escalate' }
  }
  if (value.on_timeout !== undefined && value.timeout_seconds === undefined) {
    return { at: 'timeout_seconds', message: 'is missing; without it on_timeout never comes' }
  }
  if ((value.remind === undefined) === (value.remind_every_seconds === undefined)) return undefined
  return value.remind === undefined
    ? { at: 'remind', message: 'is missing; without it nobody knows where reminders go' }
    : { at: 'remind_every_seconds', message: 'is missing; without it no reminder is ever sent' }
}
