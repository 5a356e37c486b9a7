/**
 * A folded state as text, so that a long task need not be folded from its first event. Snapshots are disposable: they
 * are keyed by the digest of the fold's own code, and a process with another fold does not see them.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { emptyState, type TaskState } from '../core/state.js'

/** Maps and sets as tagged arrays. What a user wrote may look like a tag of ours: then it is carried as text. */
const write = (_key: string, value: unknown): unknown => {
  if (value instanceof Map) return { $map: [...value] }
  if (value instanceof Set) return { $set: [...value] }
  if (value === Number.POSITIVE_INFINITY) return { $infinity: true }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.keys(value).some((key) => key.startsWith('$')) ? { $json: JSON.stringify(value) } : value
}

/**
 * What was written, in the parsed text itself. A walk by hand: a reviver of `JSON.parse` took twice as long, and a
 * task of 10,000 steps is read in this way when somebody opens its page.
 */
const read = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return inPlace(value)
  if ('$map' in value && Array.isArray(value.$map)) return new Map(inPlace(value.$map))
  if ('$set' in value && Array.isArray(value.$set)) return new Set(inPlace(value.$set))
  if ('$json' in value && typeof value.$json === 'string') return JSON.parse(value.$json)
  if ('$infinity' in value) return Number.POSITIVE_INFINITY
  for (const [key, one] of Object.entries(value)) {
    if (typeof one !== 'object' || one === null) continue
    const known = read(one)
    // Defined, not assigned: a user's key may be `__proto__`.
    if (known !== one)
      Object.defineProperty(value, key, { value: known, configurable: true, enumerable: true, writable: true })
  }
  return value
}

const inPlace = <A>(list: A[]): A[] => {
  const items: unknown[] = list
  for (let at = 0; at < items.length; at += 1) items[at] = read(items[at])
  return list
}

export const serializeState = (state: TaskState): string => JSON.stringify({ ...state, journal: undefined }, write)

export const reviveState = (text: string): TaskState => {
  const written = JSON.parse(text)
  read(written)
  return { ...emptyState(), ...written }
}

const CODE = ['evolve', 'graph', 'events'] as const

/** The digest of the code that folds: another build of it does not read this one's snapshots. */
export const evolveDigest = (): string => {
  const core = join(dirname(fileURLToPath(import.meta.url)), '..', 'core')
  const hash = createHash('sha256')
  for (const folder of CODE) {
    const files = readdirSync(join(core, folder))
    for (const file of files.filter((name) => name.endsWith('.js') || name.endsWith('.ts')).sort()) {
      if (!file.endsWith('.d.ts')) hash.update(readFileSync(join(core, folder, file)))
    }
  }
  return hash.update(readFileSync(join(core, 'state.js'))).digest('hex')
}
