/** A Tasker in memory whose HTTP side asks who calls, and requests as any program or browser could send them. */
import { type IncomingMessage, request } from 'node:http'
import { createMemoryLog } from '../../../src/log/memory-log.js'
import { createMemoryStore, type MemoryStore } from '../../../src/log/memory-store.js'
import { startTasker, type Tasker, taskerMetrics } from '../../../src/main.js'
import type { AccessRules } from '../../../src/ports/access.js'
import type { Clock } from '../../../src/ports/clock.js'
import { createMemoryQueue } from '../../../src/queue/memory-queue.js'
import { systemClock } from '../../../src/system-clock.js'
import { openWeb } from '../../../src/web.js'
import { migratedDatabase, openLog } from '../../log/log-database.js'
import { checkDeclared } from '../declared.js'

export interface Guarded {
  readonly tasker: Tasker
  readonly store: MemoryStore
  readonly port: number
  ask(path: string, asked?: Asked): Promise<Answered>
  /** A key's text. */
  key(name: string, scopes: ReadonlyArray<string>, namespaces?: ReadonlyArray<string>): Promise<string>
}

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** A form, or JSON. */
  readonly form?: Readonly<Record<string, string>>
  readonly json?: unknown
  /** The body as it is; its headers say what it is. */
  readonly raw?: string
  /** A key or token. */
  readonly as?: string
}

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly text: string
  /** Of a problem. */
  readonly code: string | undefined
  /** What a browser would keep: `name=value` of each cookie. */
  readonly cookies: ReadonlyArray<string>
}

export interface GuardedOptions {
  readonly rules?: AccessRules
  readonly host?: string
  /** There is a key called `root` from the start on. */
  readonly withKey?: boolean
  readonly clock?: Clock
  /** Pages need the projections' tables. */
  readonly onDatabase?: boolean
}

export const guarded =
  (
    body: (guarded: Guarded) => Promise<void>,
    { rules, host = '127.0.0.1', withKey = false, onDatabase = false, clock = systemClock }: GuardedOptions = {},
  ) =>
  async (): Promise<void> => {
    const store = createMemoryStore()
    const database = onDatabase ? await migratedDatabase() : undefined
    const tasker = await startTasker(
      {
        databaseUrl: database?.url ?? '',
        projections: onDatabase,
        sweeps: false,
        clock,
        metrics: taskerMetrics(),
        groups: { approvers: ['ada'] },
      },
      database === undefined ? createMemoryLog(clock, store) : await openLog(database.url),
      createMemoryQueue(),
    )
    try {
      if (withKey) await tasker.keys.create({ name: 'root', scopes: ['*'] }, { actor: 'test' })
      const access = rules === undefined ? {} : { access: rules }
      const web = await openWeb(tasker, { host, port: 0, actor: 'me', clock, ...access })
      try {
        const port = Number(new URL(web.url).port)
        await body({
          tasker,
          store,
          port,
          ask: (path, asked = {}) => ask(port, path, asked),
          key: async (name, scopes, namespaces) => {
            const wanted = { name, scopes, ...(namespaces === undefined ? {} : { namespaces }) }
            return (await tasker.keys.create(wanted, { actor: 'test' })).secret
          },
        })
      } finally {
        await web.close()
      }
    } finally {
      await tasker.close()
      await database?.drop()
    }
  }

/** Not by `fetch`, which lets nobody say the host, the origin or the cookie. */
const ask = async (port: number, path: string, { method, headers, form, json, raw, as }: Asked): Promise<Answered> => {
  const content =
    raw ??
    (form !== undefined ? new URLSearchParams({ ...form }).toString() : json === undefined ? '' : JSON.stringify(json))
  const type = form === undefined ? 'application/json' : 'application/x-www-form-urlencoded'
  const hasContent = form !== undefined || json !== undefined
  const sent = request({
    host: '127.0.0.1',
    port,
    path,
    method: method ?? (hasContent ? 'POST' : 'GET'),
    headers: {
      ...(hasContent ? { 'content-type': type, 'content-length': String(Buffer.byteLength(content)) } : {}),
      ...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
      ...headers,
    },
  })
  // An answer that comes before all was sent ends the sending.
  sent.on('error', () => undefined)
  sent.end(content)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve)
    sent.once('close', () => reject(new Error(`${path} was not answered`)))
  })
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('utf8')
  const kind = response.headers['content-type'] ?? ''
  const answer = { status: response.statusCode ?? 0, headers: new Headers({ 'content-type': kind }) }
  const body = /json/.test(kind) && text !== '' ? JSON.parse(text) : undefined
  checkDeclared(sent.method, `http://127.0.0.1${sent.path}`, { ...answer, body })
  const isProblem = response.headers['content-type'] === 'application/problem+json'
  const cookies: ReadonlyArray<string> = response.headers['set-cookie'] ?? []
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    code: isProblem ? JSON.parse(text).code : undefined,
    cookies: cookies.map((cookie) => cookie.split(';')[0] ?? ''),
  }
}
