/**
 * What the core itself reads of a planning step's configuration. It was checked against the capability when the step
 * was registered or validated; a value that is none of these is the default.
 */
import { isJsonObject, type Json } from './json.js'
import type { StepDefinition } from './step.js'

export type OnExhausted = 'fail' | 'converge' | 'gate'

export const waitsForApproval = ({ config }: StepDefinition): boolean =>
  config?.approve_plan === true || isJsonObject(config?.approve_plan)

export const onExhausted = ({ config }: StepDefinition): OnExhausted =>
  config?.on_exhausted === 'converge' || config?.on_exhausted === 'gate' ? config.on_exhausted : 'fail'

/** How often a phase whose steps failed is planned anew. */
export const maxReplans = ({ config }: StepDefinition): number =>
  typeof config?.max_replans === 'number' ? config.max_replans : 0

export interface Approvers {
  readonly groups: ReadonlyArray<string>
  readonly required: number
  readonly timeoutMs: number | undefined
  /** A plan is never approved by nobody. */
  readonly onTimeout: 'reject' | 'escalate' | undefined
  readonly escalateTo: ReadonlyArray<string>
  readonly escalateTimeoutMs: number | undefined
  readonly remindEveryMs: number | undefined
}

/** Who approves a plan: `approve_plan: true` asks anybody, an object says whom, how many, and for how long. */
export const approversOf = ({ config }: StepDefinition): Approvers => {
  const said = isJsonObject(config?.approve_plan) ? config.approve_plan : {}
  const { on_timeout: onTimeout, required } = said
  return {
    groups: namesOf(said.groups),
    required: typeof required === 'number' ? required : 1,
    timeoutMs: msOf(said.timeout_seconds),
    onTimeout: onTimeout === 'escalate' || onTimeout === 'reject' ? onTimeout : undefined,
    escalateTo: namesOf(said.escalate_to),
    escalateTimeoutMs: msOf(said.escalate_timeout_seconds),
    remindEveryMs: msOf(said.remind_every_seconds),
  }
}

const msOf = (seconds: Json | undefined): number | undefined =>
  typeof seconds === 'number' ? seconds * 1_000 : undefined

const namesOf = (value: Json | undefined): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : []
