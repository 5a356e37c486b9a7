/** A Tasker with its HTTP side on a port of this machine; every answer is held to what the OpenAPI document says of it. */
import { createMemoryLog } from '../../src/log/memory-log.js'
import { migrate } from '../../src/log/schema.js'
import { createTasker, startTasker, type Tasker, type TaskerOptions } from '../../src/main.js'
import { createMemoryQueue } from '../../src/queue/memory-queue.js'
import { systemClock } from '../../src/system-clock.js'
import { openWeb, type WebOptions } from '../../src/web.js'
import { freshDatabase } from '../support/postgres.js'
import { checkDeclared } from './declared.js'

export interface Served {
  readonly url: string
  readonly tasker: Tasker
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answered>
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answered>
}

export type Answered = Awaited<ReturnType<typeof answered>>

/** In memory, where nothing is projected. It is closed whatever comes. */
export const served = async (
  use: (served: Served) => Promise<void>,
  options: Partial<TaskerOptions> = {},
  web: Pick<WebOptions, 'rate'> = {},
): Promise<void> => {
  const needs = { databaseUrl: '', sweeps: false, ...options }
  await servedBy(await startTasker(needs, createMemoryLog(systemClock), createMemoryQueue()), use, web)
}

/** On a database of its own, with everything projected. */
export const servedOnDatabase = async (
  use: (served: Served) => Promise<void>,
  options: Partial<TaskerOptions> = {},
): Promise<void> => {
  const database = await freshDatabase()
  try {
    await migrate(database.url)
    await servedBy(await createTasker({ databaseUrl: database.url, projections: true, ...options }), use)
  } finally {
    await database.drop()
  }
}

const servedBy = async (
  tasker: Tasker,
  use: (served: Served) => Promise<void>,
  options: Pick<WebOptions, 'rate'> = {},
): Promise<void> => {
  try {
    const web = await openWeb(tasker, { host: '127.0.0.1', port: 0, actor: 'ada', ...options })
    try {
      await use(clientOf(web.url, tasker))
    } finally {
      await web.close()
    }
  } finally {
    await tasker.close()
  }
}

const clientOf = (url: string, tasker: Tasker): Served => {
  const ask = async (method: string, path: string, init: RequestInit): Promise<Answered> => {
    const answer = await answered(await fetch(url + path, { ...init, method }))
    checkDeclared(method, url + path, answer)
    return answer
  }
  return {
    url,
    tasker,
    get: (path, headers = {}) => ask('GET', path, { headers }),
    send: (method, path, body, headers = {}) =>
      ask(method, path, {
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
  }
}

const answered = async (response: Response) => {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true
  const body = isJson && text !== '' ? JSON.parse(text) : undefined
  return { status: response.status, headers: response.headers, text, body }
}
