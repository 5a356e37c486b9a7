/** A Redis server of the test's own, which it may kill and start again on the same port. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { probeRedis } from '../../src/queue/probe-redis.js'
import { until } from '../support/until.js'

export interface OwnRedis {
  readonly url: string
  kill(): Promise<void>
  /** Comes back empty: nothing was persisted. */
  restart(): Promise<void>
}

export const ownRedis = async (...more: ReadonlyArray<string>): Promise<OwnRedis> => {
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let server: ChildProcess | undefined
  const start = async (): Promise<void> => {
    const args = ['--port', String(port), '--save', '', '--appendonly', 'no', '--dir', tmpdir(), ...more]
    server = spawn('redis-server', args, { stdio: 'ignore' })
    await until('redis-server answers', () => probeRedis(url).then(() => true, answersAtLeast))
  }
  const kill = async (): Promise<void> => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
  }
  await start()
  return { url, kill, restart: () => kill().then(start) }
}

/** A server that refuses for want of a password is up. */
const answersAtLeast = (error: unknown): boolean => error instanceof Error && error.message.includes('NOAUTH')

export const freePort = async (): Promise<number> => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('a port was asked for')
  return address.port
}
