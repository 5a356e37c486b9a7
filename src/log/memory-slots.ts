/** Slots of limits in the memory log, by the rules of migration 0006. */
import type { SlotNeed, SlotTaken, StreamAppend, Throttle } from '../ports/log.js'
import { type MemoryStore, within } from './memory-store.js'

type Slots = NonNullable<StreamAppend['slots']>

const freeSlots = (store: MemoryStore, stream: string, holders: ReadonlyArray<string>): void => {
  for (const holder of holders) store.slots.get(stream)?.delete(holder)
}

/** Gives back and takes, all or nothing; what stood in the way, else undefined. */
export const takeSlots = (store: MemoryStore, stream: string, slots: Slots, now: number): Throttle | undefined => {
  const needs = [...byLimit(slots.take)].sort(([left], [right]) => (left < right ? -1 : 1))
  for (const [limit, claims] of needs) {
    const throttle = throttleOf(store, stream, slots, limit, claims, now)
    if (throttle !== undefined) return throttle
  }
  freeSlots(store, stream, slots.free)
  for (const { holder, limit, concurrency } of slots.take) {
    if (concurrency === undefined) continue
    const held = within(store.slots, stream)
    held.set(holder, [...(held.get(holder) ?? []), limit])
  }
  for (const [limit, claims] of needs) {
    const rate = claims[0]?.rate
    if (rate !== undefined)
      store.rates.set(limit, { tokens: tokensOf(store, limit, rate, now) - claims.length, at: now })
  }
  return undefined
}

export const limitUseInMemory = (store: MemoryStore, needs: ReadonlyArray<SlotNeed>, now: number) =>
  needs.map(({ limit, rate }) => ({
    limit,
    held: inUse(store, limit, '', []),
    tokens: rate === undefined ? null : tokensOf(store, limit, rate, now),
  }))

const throttleOf = (
  store: MemoryStore,
  stream: string,
  { free }: Slots,
  limit: string,
  claims: ReadonlyArray<SlotTaken>,
  now: number,
): Throttle | undefined => {
  const { concurrency, rate } = claims[0] ?? {}
  if (concurrency !== undefined) {
    const room = Math.max(0, concurrency - inUse(store, limit, stream, free))
    if (room < claims.length) return { limit, room }
  }
  if (rate === undefined) return undefined
  const tokens = tokensOf(store, limit, rate, now)
  const room = Math.floor(tokens)
  if (room >= claims.length) return undefined
  return { limit, room, retryAfterMs: Math.ceil(((room + 1 - tokens) * rate.perMs) / rate.max) }
}

const inUse = (store: MemoryStore, limit: string, stream: string, freed: ReadonlyArray<string>): number => {
  let count = 0
  for (const [of, holders] of store.slots) {
    for (const [holder, limits] of holders) {
      if (limits.includes(limit) && !(of === stream && freed.includes(holder))) count += 1
    }
  }
  return count
}

const tokensOf = (store: MemoryStore, limit: string, rate: NonNullable<SlotTaken['rate']>, now: number): number => {
  const bucket = store.rates.get(limit)
  if (bucket === undefined) return rate.max
  return Math.min(rate.max, bucket.tokens + (Math.max(0, now - bucket.at) * rate.max) / rate.perMs)
}

const byLimit = (take: ReadonlyArray<SlotTaken>): ReadonlyMap<string, ReadonlyArray<SlotTaken>> => {
  const limits = new Map<string, SlotTaken[]>()
  for (const slot of take) {
    const known = limits.get(slot.limit)
    if (known === undefined) limits.set(slot.limit, [slot])
    else known.push(slot)
  }
  return limits
}
