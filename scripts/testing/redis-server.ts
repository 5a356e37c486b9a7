/** A Redis of one's own: the `redis-server` of the PATH, installed first where this is root on Debian. */
import { spawn, spawnSync } from 'node:child_process'
import { createConnection } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../src/log/embedded/free-port.js'
import { installFromDebian, isDebian, isRoot } from './debian.js'

const START_MS = 10_000
const POLL_MS = 20

export interface OwnRedis {
  readonly url: string
  stop(): Promise<void>
}

export const startRedis = async (folder: string): Promise<OwnRedis> => {
  ensureInstalled()
  const port = await freePort()
  const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  const child = spawn('redis-server', ['--port', String(port), ...settings], { stdio: 'ignore', detached: true })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const deadline = Date.now() + START_MS
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`redis-server did not start on port ${port}`)
    await delay(POLL_MS)
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

const isInstalled = (): boolean => spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0

const ensureInstalled = (): void => {
  if (isInstalled()) return
  if (isDebian() && isRoot()) {
    // At run level 1 the package does not start a server of its own.
    installFromDebian('redis-server', { RUNLEVEL: '1' })
    if (isInstalled()) return
  }
  throw new Error(
    'These tests need Redis 6.2 or newer: install redis-server (Debian: apt-get install redis-server; macOS: brew install redis), or set REDIS_URL.',
  )
}

/** Answers PING, which a server that is still loading does not. */
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'))
    socket.once('data', (reply) => {
      resolve(reply.toString('utf8').startsWith('+PONG'))
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
  })
