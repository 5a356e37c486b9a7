/** The part of a list's query that is the same everywhere: which page, and how large. */
import * as t from 'io-ts'
import { closed } from '../core/closed.js'
import { described, integer, text } from '../core/described.js'
import type { Page, PageOptions } from '../ports/read-models.js'
import type { AppParts } from './app-parts.js'
import { MAX_LISTED } from './limits.js'

export const pageQuery = {
  cursor: text({ maxChars: 1_000, description: 'the next_cursor of the page before' }),
  limit: integer({ min: 1, max: MAX_LISTED, description: 'how many at most; 50 where absent' }),
}

/** Of lists that a projection shows. */
export const projectedQuery = {
  ...pageQuery,
  fresh: described(t.boolean, 'wait until everything that is in the log now is shown'),
}

export const onlyPage = closed({}, projectedQuery)

interface PageWanted {
  readonly cursor?: string
  readonly limit?: number
  readonly fresh?: boolean
}

export const pageOptions = async (
  { log }: Pick<AppParts, 'log'>,
  { cursor, limit, fresh = false }: PageWanted,
): Promise<PageOptions> => ({
  ...(fresh ? { atLeast: await log.position() } : {}),
  ...(cursor === undefined ? {} : { after: cursor }),
  ...(limit === undefined ? {} : { limit }),
})

export const pageBody = <A, B>({ items, next }: Page<A>, shape: (item: A) => B) => ({
  items: items.map(shape),
  next_cursor: next,
})
