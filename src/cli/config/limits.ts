/** `limits` of `tasker.yaml`, in the library's words; what its codec cannot say of them is told here. */
import type { Problem } from '../../core/closed.js'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import type { ConfiguredLimits } from '../../engine/configured-limits.js'
import type { Written } from './codec.js'

type WrittenLimits = NonNullable<Written['limits']>

export const limitsOf = (limits: WrittenLimits = {}): ConfiguredLimits => ({
  queues: limitsIn(limits.queues),
  keys: limitsIn(limits.keys),
})

const limitsIn = (written: WrittenLimits['queues'] = {}): NonNullable<ConfiguredLimits['queues']> =>
  Object.fromEntries(
    Object.entries(written).map(([name, { concurrency, rate }]) => [
      name,
      {
        ...(concurrency === undefined ? {} : { concurrency }),
        ...(rate === undefined ? {} : { rate: { max: rate.max, perSeconds: rate.per_seconds } }),
      },
    ]),
  )

/** A limit that limits nothing is a slip. */
export const limitProblems = ({ limits }: JsonObject): ReadonlyArray<Problem> =>
  (['queues', 'keys'] as const).flatMap((section) =>
    Object.entries(objectIn(objectIn(limits)[section])).flatMap(([name, entry]) =>
      isJsonObject(entry) && !('concurrency' in entry) && !('rate' in entry)
        ? [{ path: `limits.${section}.${name}`, message: 'must state concurrency or rate' }]
        : [],
    ),
  )

const objectIn = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
