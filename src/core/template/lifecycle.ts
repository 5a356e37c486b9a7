/**
 * `lifecycle` in its normal form: Tasker Core's limits of time and what follows when one of them has passed.
 *
 * `staleness_action` says it in one word: `error` ends the task, `dlq` (the default) leaves it as it is and has somebody
 * look into it, `none` only records that the limit has passed. `auto_fail_on_timeout` and `auto_dlq_on_timeout`, where
 * they are written, decide the one and the other by themselves. A task that has passed `max_duration_minutes` ends in
 * error unless `none` or `auto_fail_on_timeout: false` says that it shall not.
 */
import type { Lifecycle, OnTimeout } from '../template.js'
import type { WrittenTemplate } from './written.js'

type Written = NonNullable<WrittenTemplate['lifecycle']>

export const lifecycleOf = ({ lifecycle: written = {} }: WrittenTemplate): Lifecycle => {
  const { max_duration_minutes: minutes, on_blocked: blocked } = written
  const staleness = stalenessOf(written)
  const action = actionOf(written)
  return {
    ...(minutes === undefined ? {} : { maxDurationMs: inMs(minutes) }),
    ...(blocked === undefined ? {} : { onBlocked: { errorAfterMs: Math.round(blocked.error_after_seconds * 1000) } }),
    ...(staleness === undefined ? {} : { staleness }),
    ...(action === undefined ? {} : { onTimeout: action }),
  }
}

const stalenessOf = (written: Written): Lifecycle['staleness'] => {
  const {
    max_waiting_for_dependencies_minutes: dependencies,
    max_waiting_for_retry_minutes: retry,
    max_steps_in_process_minutes: inProcess,
  } = written
  if (dependencies === undefined && retry === undefined && inProcess === undefined) return undefined
  return {
    ...(dependencies === undefined ? {} : { waitingForDependenciesMs: inMs(dependencies) }),
    ...(retry === undefined ? {} : { waitingForRetryMs: inMs(retry) }),
    ...(inProcess === undefined ? {} : { stepsInProcessMs: inMs(inProcess) }),
  }
}

const actionOf = (written: Written): OnTimeout | undefined => {
  const { staleness_action: action, auto_fail_on_timeout: fail, auto_dlq_on_timeout: dlq } = written
  if (action === undefined && fail === undefined && dlq === undefined) return undefined
  return {
    stale: { fails: fail ?? action === 'error', deadLetter: dlq ?? (action ?? 'dlq') === 'dlq' },
    late: { fails: fail ?? action !== 'none', deadLetter: dlq ?? action === 'dlq' },
  }
}

const inMs = (minutes: number): number => minutes * 60_000
