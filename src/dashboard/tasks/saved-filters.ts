/**
 * A reader's own filters, by name. They are kept in a cookie: there without script, nobody else's, and gone with the
 * browser that they belong to, as views of one's own are in most such consoles. A table of them would need an owner, and
 * where nobody logs in all readers are the same one. What has to outlive the browser, or be shared, is an address: all of
 * a filter stands in it, so a bookmark or a link shows the same tasks to whoever may see them.
 */
import { getCookie, setCookie } from 'hono/cookie'
import type { PageContext } from '../board.js'

export interface SavedFilter {
  readonly name: string
  /** What stands after the `?` of the list's address. */
  readonly query: string
}

const COOKIE = 'tasker_filters'
const MAX_FILTERS = 12
const MAX_NAME_CHARS = 40
const MAX_QUERY_CHARS = 200

/** A cookie may hold anything; what is no filter is left out. */
export const savedFilters = (c: PageContext): ReadonlyArray<SavedFilter> => {
  try {
    const kept: unknown = JSON.parse(getCookie(c, COOKIE) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isFilter).slice(0, MAX_FILTERS) : []
  } catch {
    return []
  }
}

const isFilter = (kept: unknown): kept is SavedFilter =>
  typeof kept === 'object' &&
  kept !== null &&
  'name' in kept &&
  'query' in kept &&
  typeof kept.name === 'string' &&
  typeof kept.query === 'string'

/** One of the same name is replaced. Says what was wrong, or undefined. */
export const saveFilter = (c: PageContext, name: string, query: string): string | undefined => {
  if (name === '') return 'A filter needs a name'
  if (name.length > MAX_NAME_CHARS) return `A filter’s name has at most ${MAX_NAME_CHARS} characters`
  if (query === '') return 'There is nothing to keep: choose a filter first'
  if (query.length > MAX_QUERY_CHARS) return 'This filter is too long to be kept'
  const others = savedFilters(c).filter((one) => one.name !== name)
  if (others.length >= MAX_FILTERS) return `No more than ${MAX_FILTERS} filters are kept: remove one first`
  keep(c, [...others, { name, query }])
  return undefined
}

export const removeFilter = (c: PageContext, name: string): void =>
  keep(
    c,
    savedFilters(c).filter((one) => one.name !== name),
  )

const keep = (c: PageContext, filters: ReadonlyArray<SavedFilter>): void =>
  setCookie(c, COOKIE, JSON.stringify(filters), {
    path: '/ui/tasks',
    httpOnly: true,
    sameSite: 'Lax',
    maxAge: 34_560_000,
  })
