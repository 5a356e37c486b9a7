/** `catalog:wait`: the step waits without a worker, for a time, until a date, or for a signal of its task. */
import * as t from 'io-ts'
import { closed } from '../src/core/closed.js'
import { described, ruled, text } from '../src/core/described.js'
import { MAX_NAME_CHARS, MAX_WAIT_SECONDS } from '../src/core/limits.js'
import { timeOf } from '../src/core/written-time.js'
import { outcome, StepFailure } from '../src/ports/handler.js'
import { defineHandler } from './define-handler.js'
import { data, seconds } from './fields.js'

const codec = closed(
  {},
  {
    seconds: seconds(MAX_WAIT_SECONDS, 'From when the step is reached.'),
    until: text({
      maxChars: 40,
      description: 'A date and time with its offset, e.g. 2030-01-31T09:00:00Z. One that has passed is not waited for.',
    }),
    signal: text({
      maxChars: MAX_NAME_CHARS,
      description: 'The name of a signal to this task. The first one counts, also if it came before.',
    }),
    timeout_seconds: seconds(MAX_WAIT_SECONDS, 'Only with signal. Absent, the step waits for it without end.'),
  },
)

const KINDS = ['seconds', 'until', 'signal'] as const

const config = ruled(codec, 'Exactly one of seconds, until and signal; timeout_seconds belongs to signal.', (value) => {
  const [kind, another] = KINDS.filter((key) => value[key] !== undefined)
  if (kind === undefined) return { at: 'seconds', message: 'is missing; write seconds, until or signal' }
  if (another !== undefined) return { at: another, message: `stands beside ${kind}; leave out one of them` }
  if (value.timeout_seconds !== undefined && kind !== 'signal') {
    return { at: 'timeout_seconds', message: `has no meaning beside ${kind}; leave it out` }
  }
  return value.until !== undefined && timeOf(value.until) === undefined
    ? { at: 'until', message: 'must be a date and time with its offset, e.g. 2030-01-31T09:00:00Z' }
    : undefined
})

export const wait = () =>
  defineHandler({
    name: 'catalog:wait',
    summary:
      'Waits, for days if need be, and holds no worker meanwhile: some seconds, until a date, or for a signal that somebody sends to the task. The result is {waited: true}, or for a signal {signal: what was sent, timed_out: false}; when its time is over {signal: null, timed_out: true}, and the step is complete all the same.',
    config,
    output: closed(
      {},
      {
        waited: described(t.boolean, 'true, of a wait for a time.'),
        signal: data('What the signal brought; null where it did not come in time.'),
        timed_out: described(t.boolean, 'Of a wait for a signal.'),
      },
    ),
    errors: [{ code: 'date_invalid', retryable: false, when: 'until is no date and time with its offset' }],
    hints: { latency: 'unbounded' },
    stepTypes: ['standard', 'batch_worker', 'deferred_convergence'],
    run: ({ config: { seconds: length, until, signal, timeout_seconds: timeout } }) => {
      if (signal !== undefined) {
        return outcome({ kind: 'waiting', signal, ...(timeout === undefined ? {} : { forMs: timeout * 1_000 }) })
      }
      if (until === undefined) return outcome({ kind: 'waiting', forMs: (length ?? 0) * 1_000 })
      const untilMs = timeOf(until)
      if (untilMs !== undefined) return outcome({ kind: 'waiting', untilMs })
      throw new StepFailure('date_invalid', `"${until}" is no date and time with its offset`, { retryable: false })
    },
  })
