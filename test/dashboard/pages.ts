/** Pages over a real database: a tasker that works, its projections, and the app as the server would build it. */

import { PROJECTIONS } from '../../projections/projections.js'
import { dashboard } from '../../src/dashboard/dashboard.js'
import { createApp } from '../../src/http/app.js'
import type { AppParts } from '../../src/http/app-parts.js'
import type { Caller } from '../../src/http/caller.js'
import { localCaller } from '../../src/http/identify.js'
import { startTasker, type Tasker, type TaskerOptions } from '../../src/main.js'
import { silentLogger } from '../../src/ports/logger.js'
import { createMemoryQueue } from '../../src/queue/memory-queue.js'
import { systemClock } from '../../src/system-clock.js'
import { migratedDatabase, openLog } from '../log/log-database.js'

export interface Shown {
  readonly status: number
  readonly text: string
  readonly headers: Headers
  /** What a reader sees: the text without its tags, spaces drawn together. */
  readonly words: string
}

export interface Pages extends Reading {
  readonly tasker: Tasker
  readonly parts: AppParts
  /** Every route below `/ui`, as hono knows it. */
  readonly routes: ReadonlyArray<{ readonly method: string; readonly path: string }>
  /** The same pages for somebody else. */
  as(caller: Partial<Caller>): Reading
  /** Until the projections show all that has happened. */
  projected(): Promise<void>
  close(): Promise<void>
}

export interface Reading {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Shown>
  /** Sends a form; several values of one field by a list. */
  post(path: string, form: Readonly<Record<string, string | ReadonlyArray<string>>>): Promise<Shown>
}

export const CALLER: Caller = localCaller('ada')

export const openPages = async (options: Partial<TaskerOptions> = {}, caller: Partial<Caller> = {}): Promise<Pages> => {
  const database = await migratedDatabase()
  const log = await openLog(database.url)
  const tasker = await startTasker(
    { databaseUrl: database.url, projections: true, ...options },
    log,
    createMemoryQueue(),
  )
  const parts: AppParts = {
    ...tasker,
    logger: silentLogger,
    clock: systemClock,
    version: '0',
    events: async function* () {},
  }
  const mount = dashboard(parts)
  const app = createApp(parts, {
    mounts: [mount],
    identify: async (context, next) => {
      context.set('caller', { ...CALLER, ...caller, ...Object(context.env).caller })
      await next()
    },
  })
  const as = (other: Partial<Caller>): Reading => ({
    get: async (path, headers = {}) => shown(await app.request(path, { headers }, { caller: other })),
    post: async (path, form) => {
      const body = new URLSearchParams()
      for (const [name, value] of Object.entries(form)) for (const one of [value].flat()) body.append(name, one)
      return shown(await app.request(path, { method: 'POST', body }, { caller: other }))
    },
  })
  return {
    tasker,
    parts,
    routes: mount.app.routes,
    as,
    ...as({}),
    projected: async () => {
      const position = await log.position()
      for (const { name } of PROJECTIONS) {
        if (!(await tasker.projections.waitFor(name, position, 30_000))) throw new Error(`${name} does not follow`)
      }
    },
    close: async () => {
      await tasker.close()
      await database.drop()
    },
  }
}

const shown = async (response: Response): Promise<Shown> => {
  const text = await response.text()
  return { status: response.status, text, headers: response.headers, words: wordsOf(text) }
}

export const wordsOf = (html: string): string =>
  html
    .replace(/<(style|script|title|desc)\b[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(quot|lt|gt|amp|#39);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim()

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', lt: '<', gt: '>', amp: '&', '#39': "'" }
