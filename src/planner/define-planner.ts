/**
 * Planners that a user writes as a function: rules in place of a model. What they return is proposed, judged and
 * materialised like any model's answer; they are told of everything as values and never see a prompt.
 */
import { MAX_PLANNER_MESSAGE_CHARS } from '../core/limits.js'
import type { PlanAnswer, Planner, PlanningFacts, PlanRequest } from '../ports/planner.js'
import { NOTHING_READ } from './call-fault.js'

export interface RulesRequest extends PlanningFacts {
  /** The planning step's materialised name. */
  readonly step: string
  /** How many proposals of this step were rejected: `rejected` says why. */
  readonly revision: number
  /** Aborted when nobody waits for the answer any longer. */
  readonly signal: AbortSignal
}

export interface PlannerDefinition {
  /** Recorded with each proposal, as a model would be. */
  readonly name: string
  /**
   * Returns a fragment (README, "Planning") or its JSON text, or nothing where no rule fits: the planning step then
   * fails with `no_rule`. The same request must give the same fragment. What it throws fails the step (`rules_failed`).
   */
  plan(request: RulesRequest): Planned | Promise<Planned>
  /** What one call costs, where it counts against `max_cost_usd`; absent, nothing. */
  readonly costUsd?: number
}

export type Planned = object | string | undefined

/** Makes a planner for `createTasker({planner})` or `--planner rules:MODULE`. Throws where the definition is incomplete. */
export const definePlanner = (definition: PlannerDefinition): Planner => {
  const { name, plan, costUsd = 0 } = definition
  if (typeof name !== 'string' || name === '') throw new TypeError('a planner has a name')
  if (typeof plan !== 'function') throw new TypeError(`the planner ${name} has no function plan(request)`)
  if (!(costUsd >= 0 && Number.isFinite(costUsd)))
    throw new TypeError(`costUsd of the planner ${name} is a number from 0`)
  return {
    provider: 'rules',
    model: name,
    foresee: () => ({ usage: NOTHING_READ, costUsd }),
    plan: (request, signal) => answerOf({ ...definition, costUsd }, request, signal),
  }
}

const answerOf = async (
  { name, plan, costUsd }: PlannerDefinition & { readonly costUsd: number },
  request: PlanRequest,
  signal: AbortSignal,
): Promise<PlanAnswer> => {
  const timeout = AbortSignal.timeout(request.timeoutMs)
  const { step, facts } = request
  const ended = AbortSignal.any([signal, timeout])
  try {
    const asked = { ...facts, step, revision: facts.rejected.length, signal: ended }
    const fragment = await unless(ended, async () => plan(asked))
    if (fragment === undefined || fragment === null)
      return failed('no_rule', `the planner ${name} has no rule for ${step}`)
    const raw: string | undefined = typeof fragment === 'string' ? fragment : JSON.stringify(fragment)
    if (raw === undefined)
      return failed('rules_failed', `the planner ${name} returned a ${typeof fragment}, no fragment`)
    return { kind: 'answered', raw, stopReason: 'end_turn', model: name, usage: NOTHING_READ, costUsd }
  } catch (error) {
    if (signal.aborted) return { ...failed('aborted', 'the call was aborted'), retryable: true }
    if (timeout.aborted) return { ...failed('timeout', 'the planner did not answer in time'), retryable: true }
    return failed(
      'rules_failed',
      `the planner ${name} failed: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

const failed = (code: string, message: string) =>
  ({
    kind: 'failed',
    code,
    message: message.slice(0, MAX_PLANNER_MESSAGE_CHARS),
    retryable: false,
    usage: NOTHING_READ,
  }) as const

/** A function that does not end must not hold the attempt for ever. */
const unless = <A>(ended: AbortSignal, work: () => Promise<A>): Promise<A> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error('the call was given up'))
    if (ended.aborted) return stop()
    ended.addEventListener('abort', stop, { once: true })
    work()
      .then(resolve, reject)
      .finally(() => ended.removeEventListener('abort', stop))
  })
