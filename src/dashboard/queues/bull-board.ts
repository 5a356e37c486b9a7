/**
 * Bull Board, mounted read-only: BullMQ's own picture of its queues, on Redis and on Postgres. Only what reads is let
 * through, and its page takes nothing from elsewhere: what it would load from another host is left out of it.
 */
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { HonoAdapter } from '@bull-board/hono'
import { Hono } from 'hono'
import { serveStatic } from '../../http/static-files.js'
import type { Queue } from '../../ports/queue.js'

export interface BullBoard {
  /** Shows these queues from now on, beside those that it shows already. */
  show(names: ReadonlyArray<string>): Promise<void>
  answer(request: Request): Promise<Response>
}

export const BOARD_PATH = '/ui/queues/board'

/** As strict as its own files allow: no script but these, and styles that they write into the page themselves. */
export const BOARD_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'self'",
  "frame-ancestors 'none'",
].join('; ')

type BullMqQueue = ConstructorParameters<typeof BullMQAdapter>[0]

/** Undefined where the queue is not BullMQ's: in memory there is nothing to look at. */
export const openBullBoard = (queue: Pick<Queue, 'own'>): BullBoard | undefined => {
  const { own } = queue
  if (own === undefined) return undefined
  const adapter = new HonoAdapter(serveStatic)
  adapter.setBasePath(BOARD_PATH)
  const board = createBullBoard({
    queues: [],
    serverAdapter: adapter,
    options: {
      uiConfig: { boardTitle: 'Tasker ES', locale: { lng: 'en' }, miscLinks: [{ text: 'Tasker', url: '/ui/queues' }] },
    },
  })
  const app = new Hono({ strict: false }).route(BOARD_PATH, adapter.registerPlugin())
  const shown = new Set<string>()
  return {
    show: async (names) => {
      for (const name of names.filter((one) => !shown.has(one))) {
        // The store's own client is BullMQ's, and nothing else has an `own`.
        board.addQueue(new BullMQAdapter((await own(name)) as BullMqQueue, { readOnlyMode: true }))
        shown.add(name)
      }
    },
    answer: async (request) => withoutForeignParts(await app.fetch(request)),
  }
}

const FOREIGN = /<link[^>]*https?:\/\/[^>]*>|<style>[\s\S]*?<\/style>|\sstyle="[^"]*"/g

const withoutForeignParts = async (response: Response): Promise<Response> => {
  const headers = new Headers(response.headers)
  headers.set('content-security-policy', BOARD_POLICY)
  headers.set('cache-control', 'no-store')
  if (headers.get('content-type')?.startsWith('text/html') !== true) {
    return new Response(response.body, { status: response.status, headers })
  }
  headers.delete('content-length')
  const html = (await response.text()).replace(FOREIGN, '')
  return new Response(html, { status: response.status, headers })
}
