/** The part of a list's query that is the same everywhere: which page, and how large. */
import { closed } from '../core/closed.js'
import { integer, text } from '../core/described.js'
import type { Page, PageOptions } from '../ports/read-models.js'
import { MAX_LISTED } from './limits.js'

export const pageQuery = {
  cursor: text({ maxChars: 1_000, description: 'the next_cursor of the page before' }),
  limit: integer({ min: 1, max: MAX_LISTED, description: 'how many at most; 50 where absent' }),
}

export const onlyPage = closed({}, pageQuery)

export const pageOptions = ({ cursor, limit }: { cursor?: string; limit?: number }): PageOptions => ({
  ...(cursor === undefined ? {} : { after: cursor }),
  ...(limit === undefined ? {} : { limit }),
})

export const pageBody = <A, B>({ items, next }: Page<A>, shape: (item: A) => B) => ({
  items: items.map(shape),
  next_cursor: next,
})
