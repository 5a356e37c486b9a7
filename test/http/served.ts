/** A Tasker in memory with its HTTP side on a port of this machine: for tests of routes that read no projection. */
import { createMemoryLog } from '../../src/log/memory-log.js'
import { startTasker, type Tasker, type TaskerOptions } from '../../src/main.js'
import { createMemoryQueue } from '../../src/queue/memory-queue.js'
import { systemClock } from '../../src/system-clock.js'
import { openWeb } from '../../src/web.js'

export interface Served {
  readonly url: string
  readonly tasker: Tasker
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answered>
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answered>
}

export type Answered = Awaited<ReturnType<typeof answered>>

/** Uses one, and closes it whatever comes. */
export const served = async (
  use: (served: Served) => Promise<void>,
  options: Partial<TaskerOptions> = {},
): Promise<void> => {
  const tasker = await startTasker(
    { databaseUrl: '', sweeps: false, ...options },
    createMemoryLog(systemClock),
    createMemoryQueue(),
  )
  const web = await openWeb(tasker, { host: '127.0.0.1', port: 0, actor: 'ada' })
  try {
    await use(clientOf(web.url, tasker))
  } finally {
    await web.close()
    await tasker.close()
  }
}

const clientOf = (url: string, tasker: Tasker): Served => ({
  url,
  tasker,
  get: (path, headers = {}) => fetch(url + path, { headers }).then(answered),
  send: (method, path, body, headers = {}) =>
    fetch(url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }).then(answered),
})

const answered = async (response: Response) => {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined }
}
