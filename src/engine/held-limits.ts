/** Limits that hold a step back at the moment, in words; as the log says it, not as some process believes. */
import { type ClaimLimits, limitsOf, type NamedLimit } from '../core/claim-limits.js'
import { nodeAt, type TaskState } from '../core/state.js'
import type { LimitUse, Log } from '../ports/log.js'

/** By the names of the steps that stand in queues. */
export type LimitsOfSteps = ReadonlyMap<string, ReadonlyArray<NamedLimit>>

export const limitsOfSteps = (limits: ClaimLimits, state: TaskState): LimitsOfSteps =>
  new Map(
    [...state.enqueued].flatMap((id) => {
      const node = nodeAt(state, id)
      const named = limitsOf(limits, state, node)
      return named.length === 0 ? [] : [[node.definition.name, named] as const]
    }),
  )

/** Which limits have no room for one more claim of a step. */
export const heldLimits = async (
  log: Pick<Log, 'limitUse'>,
  ofSteps: LimitsOfSteps,
): Promise<(step: string) => ReadonlyArray<string>> => {
  const needs = [...new Map([...ofSteps.values()].flat().map((need) => [need.limit, need])).values()]
  const use = new Map((await log.limitUse(needs)).map((one) => [one.limit, one]))
  return (step) =>
    (ofSteps.get(step) ?? []).flatMap((need) => {
      const taken = use.get(need.limit)
      return taken === undefined ? [] : inWords(need, taken)
    })
}

const inWords = ({ limit, concurrency, rate }: NamedLimit, { held, tokens }: LimitUse): ReadonlyArray<string> => {
  const words: string[] = []
  if (concurrency !== undefined && held >= concurrency) {
    words.push(`${limit} runs ${concurrency} at a time, and ${held} run`)
  }
  if (rate !== undefined && tokens !== null && tokens < 1) {
    const ms = Math.ceil(((1 - tokens) * rate.perMs) / rate.max)
    words.push(`${limit} begins ${rate.max} in ${rate.perMs / 1000} s, and has room again in ${Math.ceil(ms / 1000)} s`)
  }
  return words
}
