/** `catalog:gate`: people are asked, and the step waits for them; opening it is all that a worker does. */
import * as t from 'io-ts'
import { closed } from '../src/core/closed.js'
import { integer, listOf, oneOf, ruled, text } from '../src/core/described.js'
import {
  MAX_GATE_GROUPS,
  MAX_GATE_TIMEOUT_SECONDS,
  MAX_GATE_VOTES,
  MAX_NAME_CHARS,
  MAX_TEXT_CHARS,
} from '../src/core/limits.js'
import { outcome } from '../src/ports/handler.js'
import { defineHandler } from './define-handler.js'
import { data, seconds } from './fields.js'
import { resultsByName } from './working-data.js'

const groups = (description: string) =>
  listOf(text({ maxChars: MAX_NAME_CHARS }), { minItems: 1, maxItems: MAX_GATE_GROUPS, description })

const codec = closed(
  { question: text({ maxChars: MAX_TEXT_CHARS, description: 'What the people are asked.' }) },
  {
    groups: groups('Who may answer; absent, anybody.'),
    required: integer({
      min: 1,
      max: MAX_GATE_VOTES,
      description: 'Approvals that are needed: 1 where absent. One rejection rejects.',
    }),
    timeout_seconds: seconds(MAX_GATE_TIMEOUT_SECONDS, 'Absent, the gate waits without end.'),
    on_timeout: oneOf(['approve', 'reject', 'escalate'], 'reject where absent.'),
    escalate_to: groups('Who is asked when the time is over.'),
    context: data('What the people are shown. Absent, the results of the dependencies by name.'),
  },
)

const config = ruled(
  codec,
  'on_timeout: escalate needs escalate_to; on_timeout needs timeout_seconds.',
  ({ on_timeout: onTimeout, escalate_to: escalateTo, timeout_seconds: timeout }) => {
    if (onTimeout === 'escalate' && escalateTo === undefined) {
      return { at: 'escalate_to', message: 'is missing; on_timeout: escalate needs to know to whom' }
    }
    if (onTimeout !== 'escalate' && escalateTo !== undefined) {
      return { at: 'escalate_to', message: 'is of no use without on_timeout: escalate' }
    }
    return onTimeout !== undefined && timeout === undefined
      ? { at: 'timeout_seconds', message: 'is missing; without it on_timeout never comes' }
      : undefined
  },
)

export const gate = () =>
  defineHandler({
    name: 'catalog:gate',
    summary:
      'Asks people and waits, for days if need be, until enough of them approve, one rejects, or the time is over. What depends on it goes on after an approval; a rejection fails the step.',
    config,
    inputs: closed({}, { context: data('In place of config.context.') }),
    output: t.type({ approved: t.boolean, votes: t.readonlyArray(t.unknown) }),
    errors: [
      { code: 'gate_rejected', retryable: false, when: 'somebody rejects' },
      { code: 'gate_expired', retryable: false, when: 'the time is over and on_timeout is reject' },
    ],
    hints: { latency: 'unbounded', cost: 'high' },
    stepTypes: ['gate'],
    run: ({ config, inputs, context }) =>
      outcome({
        kind: 'gate-opened',
        question: config.question,
        groups: config.groups ?? [],
        required: config.required ?? 1,
        ...(config.timeout_seconds === undefined
          ? {}
          : { timeoutMs: config.timeout_seconds * 1000, onTimeout: config.on_timeout ?? 'reject' }),
        ...(config.escalate_to === undefined ? {} : { escalateTo: config.escalate_to }),
        context: { value: inputs.context ?? config.context ?? resultsByName(context) },
      }),
  })
