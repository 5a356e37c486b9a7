/**
 * `--planner`: who plans. One reading of it for every command that plans; what it names is only looked at here, and the
 * system makes a planner of it.
 */
import type { Config } from './config/config.js'
import { UserError, usageError } from './user-error.js'

export type PlannerChoice =
  | { readonly kind: 'anthropic' }
  /** An endpoint of its own, or `OPENAI_BASE_URL`, or OpenAI's. */
  | { readonly kind: 'openai'; readonly baseURL: string | undefined }
  | { readonly kind: 'recorded'; readonly file: string }
  | { readonly kind: 'rules'; readonly module: string }

export const PLANNER_OPTION = {
  type: 'string',
  value: 'WHO',
  summary: 'anthropic, openai[:BASE_URL], recorded:FILE or rules:MODULE (anthropic where ANTHROPIC_API_KEY is set)',
} as const

type Environment = Readonly<Record<string, string | undefined>>

/** Undefined where nobody was named and no key is there. Throws a `UserError` for a name that means nothing. */
export const plannerChoice = (named: string | undefined, environment: Environment): PlannerChoice | undefined => {
  if (named === undefined && keyIn(environment, 'ANTHROPIC_API_KEY') === undefined) return undefined
  if (named === undefined || named === 'anthropic') return anthropic(environment)
  const [kind, ...rest] = named.split(':')
  const what = rest.join(':')
  if (kind === 'openai' && (rest.length === 0 || what !== '')) return openai(what, environment)
  if (kind === 'recorded' && what !== '') return { kind, file: what }
  if (kind === 'rules' && what !== '') return { kind, module: what }
  throw usageError(`--planner must be anthropic, openai[:BASE_URL], recorded:FILE or rules:MODULE, not "${named}"`)
}

const anthropic = (environment: Environment): PlannerChoice => {
  if (keyIn(environment, 'ANTHROPIC_API_KEY') !== undefined) return { kind: 'anthropic' }
  throw plannerNotConfigured('--planner anthropic needs ANTHROPIC_API_KEY in the environment')
}

/** A server of one's own may want no key; OpenAI's always does. */
const openai = (named: string, environment: Environment): PlannerChoice => {
  const { OPENAI_BASE_URL: configured = '' } = environment
  const key = keyIn(environment, 'OPENAI_API_KEY')
  const baseURL = named !== '' ? named : configured !== '' ? configured : undefined
  if (baseURL !== undefined || key !== undefined) return { kind: 'openai', baseURL }
  throw plannerNotConfigured('--planner openai needs OPENAI_API_KEY in the environment, or the URL of another endpoint')
}

/** What cannot be sent as a header is no key: said here, and not by the first planning step. No message holds the key. */
const keyIn = (environment: Environment, name: 'ANTHROPIC_API_KEY' | 'OPENAI_API_KEY'): string | undefined => {
  const key = environment[name]?.trim() ?? ''
  if (key === '') return undefined
  if (/^[\x21-\x7e]+$/.test(key)) return key
  throw plannerNotConfigured(`${name} has a character that no key has`)
}

/** Throws a `UserError` where a planner without a model of its own is not told one. */
export const requireModel = ({ kind }: PlannerChoice, { sources }: Pick<Config, 'sources'>): void => {
  if (kind !== 'openai' || sources.planner_model?.kind !== 'default') return
  throw new UserError({
    code: 'model_not_named',
    message: 'an endpoint of chat completions has no model of its own',
    remedy: 'name one by --model, TASKER_PLANNER_MODEL or planner_model in tasker.yaml',
  })
}

export const plannerNotConfigured = (message: string): UserError =>
  new UserError({
    code: 'planner_not_configured',
    message,
    remedy: 'set ANTHROPIC_API_KEY, or give --planner openai[:BASE_URL], recorded:FILE or rules:MODULE',
  })
