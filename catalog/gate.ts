/** `catalog:gate`: people are asked, and the step waits for them; opening it is all that a worker does. */
import * as t from 'io-ts'
import { closed } from '../src/core/closed.js'
import { ruled, text } from '../src/core/described.js'
import { MAX_TEXT_CHARS } from '../src/core/limits.js'
import { outcome } from '../src/ports/handler.js'
import { defineHandler } from './define-handler.js'
import { data } from './fields.js'
import { channelFields } from './notify/channel.js'
import { WAITING_RULE, waitingFor, waitingProblem } from './waiting-for-people.js'
import { resultsByName } from './working-data.js'

const config = ruled(
  closed(
    { question: text({ maxChars: MAX_TEXT_CHARS, description: 'What the people are asked.' }) },
    {
      ...waitingFor(['approve', 'reject', 'escalate']),
      context: data('What the people are shown. Absent, the results of the dependencies by name.'),
    },
  ),
  WAITING_RULE,
  waitingProblem,
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
    fields: channelFields('remind'),
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
        ...(config.escalate_timeout_seconds === undefined
          ? {}
          : { escalateTimeoutMs: config.escalate_timeout_seconds * 1000 }),
        ...(config.remind_every_seconds === undefined ? {} : { remindEveryMs: config.remind_every_seconds * 1000 }),
        context: { value: inputs.context ?? config.context ?? resultsByName(context) },
      }),
  })
