/** Where a page ends, as text that a reader hands back: the key of its last row, and nothing that could be made use of. */
import { ProjectionRefused } from './projection-error.js'

export type CursorKey = ReadonlyArray<string | number>

/** What a key may hold at each place. */
export type KeyPart = 'time' | 'task' | 'number' | 'text'

const TIME = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/
const TASK = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const MAX_INTEGER = 2_147_483_647

export const cursorOf = (key: CursorKey): string => Buffer.from(JSON.stringify(key)).toString('base64url')

/** The key, or as many nulls where there is no cursor. Throws `ProjectionRefused` (`cursor_invalid`). */
export const keyIn = (
  cursor: string | undefined,
  parts: ReadonlyArray<KeyPart>,
): ReadonlyArray<string | number | null> => {
  if (cursor === undefined) return parts.map(() => null)
  const key = parsed(cursor)
  if (Array.isArray(key) && key.length === parts.length && parts.every((part, index) => isPart(part, key[index]))) {
    return key
  }
  throw new ProjectionRefused(
    'cursor_invalid',
    `"${cursor}" is no place in this list; take the \`next\` of a page of it`,
  )
}

const parsed = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

const isPart = (part: KeyPart, value: unknown): boolean => {
  if (part === 'number') return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_INTEGER
  if (typeof value !== 'string' || value.includes('\0')) return false
  return part === 'text' || (part === 'time' ? TIME : TASK).test(value)
}
