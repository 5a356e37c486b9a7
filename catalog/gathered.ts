/**
 * What an aggregation gathers from its dependencies: the results of those that have one, instances one by one, and the
 * failures of the others, which are counted against a threshold before anything is computed.
 */
import type { Json } from '../src/core/json.js'
import { MAX_LISTED_FAILURES } from '../src/core/limits.js'
import { type DependencyView, type HandlerContext, StepFailure } from '../src/ports/handler.js'
import { isList } from './working-data.js'

export interface Gathered {
  readonly results: ReadonlyArray<Json>
  readonly failures: ReadonlyArray<Failure>
  /** Dependencies and instances that nobody entered. */
  readonly absent: number
}

export type Failure = {
  readonly name: string
  readonly code: string
  readonly message: string
}

type Settled = Pick<DependencyView, 'settlement' | 'result' | 'error'> & { readonly name: string }

/** `from` names dependencies as the step declares them; absent, all of them. Throws for a name that is none. */
export const gather = (context: HandlerContext, from: ReadonlyArray<string> | undefined): Gathered => {
  const settled = (from ?? Object.keys(context.dependencies)).flatMap((name) => settledOf(name, context))
  return {
    results: settled.filter(({ settlement }) => settlement === 'satisfied').map(({ result }) => result),
    failures: settled.filter(({ settlement }) => settlement === 'failed').map(failureOf),
    absent: settled.filter(({ settlement }) => settlement === 'absent').length,
  }
}

const settledOf = (name: string, { dependencies }: HandlerContext): ReadonlyArray<Settled> => {
  const view = Object.hasOwn(dependencies, name) ? dependencies[name] : undefined
  if (view === undefined) {
    const known = Object.keys(dependencies).join(', ')
    throw new StepFailure(
      'unknown_dependency',
      `"${name}" is no dependency of this step; its dependencies are: ${known}`,
      {
        retryable: false,
      },
    )
  }
  const { instances } = view
  // A fan-out that failed before it had instances is one failure, not none.
  return instances === undefined || (instances.length === 0 && view.settlement === 'failed')
    ? [{ ...view, name }]
    : instances
}

const failureOf = ({ name, error }: Settled): Failure => ({
  name,
  code: error?.code ?? 'dependency_failed',
  message: error?.message ?? 'it could not run, because something before it failed',
})

export interface Threshold {
  readonly max_failures?: number
  readonly max_failure_ratio?: number
}

/** Throws `too_many_failures` where more failed than the threshold allows; without one, any number may. */
export const checkThreshold = ({ results, failures }: Gathered, threshold: Threshold): void => {
  const total = results.length + failures.length
  const failed = failures.length
  const { max_failures: most, max_failure_ratio: share } = threshold
  const tooMany = most !== undefined && failed > most
  const tooLarge = share !== undefined && total > 0 && failed / total > share
  if (!tooMany && !tooLarge) return
  const allowed = tooMany ? `${most}` : `a share of ${share}`
  const first = failures[0]
  throw new StepFailure(
    'too_many_failures',
    `${failed} of ${total} failed, and ${allowed} may; the first is ${first?.name}: ${first?.message}`,
    { retryable: false, details: { failed, total, failures: listed(failures) } },
  )
}

export const listed = (failures: ReadonlyArray<Failure>): ReadonlyArray<Failure> =>
  failures.slice(0, MAX_LISTED_FAILURES).map(({ name, code, message }) => ({ name, code, message }))

/** Lists among the elements give their own elements in their place. */
export const flattened = (elements: ReadonlyArray<Json>): ReadonlyArray<Json> =>
  elements.flatMap((element) => (isList(element) ? element : [element]))
