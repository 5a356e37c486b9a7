/** `--planner`: who plans. What it names is only looked at here; the system makes a planner of it. */
import { UserError, usageError } from './user-error.js'

export type PlannerChoice = { readonly kind: 'anthropic' } | { readonly kind: 'recorded'; readonly file: string }

export const PLANNER_OPTION = {
  type: 'string',
  value: 'WHO',
  summary: 'anthropic, or recorded:FILE (anthropic where ANTHROPIC_API_KEY is set)',
} as const

/** Undefined where nobody was named and no key is there. Throws a `UserError` for a name that means nothing. */
export const plannerChoice = (
  named: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): PlannerChoice | undefined => {
  const hasKey = (environment.ANTHROPIC_API_KEY ?? '') !== ''
  if (named === undefined) return hasKey ? { kind: 'anthropic' } : undefined
  if (named === 'anthropic') {
    if (hasKey) return { kind: 'anthropic' }
    throw plannerNotConfigured('--planner anthropic needs ANTHROPIC_API_KEY in the environment')
  }
  const [kind, ...rest] = named.split(':')
  const file = rest.join(':')
  if (kind === 'recorded' && file !== '') return { kind, file }
  throw usageError(`--planner must be anthropic or recorded:FILE, not "${named}"`)
}

export const plannerNotConfigured = (message: string): UserError =>
  new UserError({
    code: 'planner_not_configured',
    message,
    remedy: 'set ANTHROPIC_API_KEY, or give --planner recorded:FILE',
  })
