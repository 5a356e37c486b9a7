/**
 * The server process. It is started in a session of its own, so that Ctrl-C and a closed terminal do not reach it
 * before those who use it have finished; it outlives the process that started it. `postmaster.pid` in the data says
 * which process it is, and Postgres itself takes care that no second one runs on the same data.
 */
import { spawn } from 'node:child_process'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EMBEDDED_PORT_ATTEMPTS, EMBEDDED_START_MS, EMBEDDED_STOP_MS } from '../../core/limits.js'
import type { Binaries } from './binaries.js'
import { EmbeddedError, permissionError, systemCode } from './embedded-error.js'
import { freePort } from './free-port.js'
import { commandOf, exists } from './live-process.js'
import type { ServerUser } from './server-user.js'
import { startFailure } from './start-failure.js'

const POLL_MS = 10

export interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly status: 'starting' | 'ready' | 'stopping'
}

/** The server that runs on these data; undefined where none does, whatever an ended one left behind. */
export const runningPostmaster = async (data: string): Promise<Postmaster | undefined> => {
  const file = join(data, 'postmaster.pid')
  const lines = await readLines(file)
  const pid = Number(lines[0])
  if (lines.length === 0 || !Number.isSafeInteger(pid) || pid <= 0) return undefined
  if (exists(pid) && isPostgres(pid)) {
    const status = (lines[7] ?? '').trim()
    return {
      pid,
      port: Number(lines[3] ?? 0),
      status: status === 'ready' || status === 'stopping' ? status : 'starting',
    }
  }
  // Postgres would take any process of this number for itself and refuse to start.
  if (exists(pid)) await rm(file, { force: true })
  return undefined
}

const readLines = async (file: string): Promise<ReadonlyArray<string>> => {
  try {
    return (await readFile(file, 'utf8')).split('\n')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw permissionError(error, file)
  }
}

const isPostgres = (pid: number): boolean => {
  const command = commandOf(pid)
  return command === '' || command.includes('postgres')
}

export interface Launch {
  readonly binaries: Binaries
  readonly user: ServerUser
  readonly data: string
  /** Where the server's log goes. */
  readonly folder: string
  /** The port of the last time, taken again where it is free: connection strings then outlive a restart. */
  readonly preferredPort: number | undefined
}

/** Starts the server and resolves with its port when it accepts connections. */
export const launch = async (launched: Launch): Promise<Postmaster> => {
  const deadline = Date.now() + EMBEDDED_STOP_MS
  let port = launched.preferredPort ?? (await freePort())
  for (let attempt = 1; ; ) {
    try {
      return await launchOn(launched, port)
    } catch (error) {
      if (!(error instanceof EmbeddedError)) throw error
      const taken = error.code === 'embedded_port' && attempt < EMBEDDED_PORT_ATTEMPTS
      // The processes of a server that was killed take a moment to notice, and hold its memory until then.
      const leftOver = error.message.includes('shared memory block') && Date.now() < deadline
      if (taken) [port, attempt] = [await freePort(), attempt + 1]
      else if (leftOver) await delay(10 * POLL_MS)
      else throw error
    }
  }
}

const launchOn = async (launched: Launch, port: number): Promise<Postmaster> => {
  const { binaries, data, folder } = launched
  const logFile = join(folder, 'server.log')
  await rename(logFile, `${logFile}.old`).catch(() => undefined)
  const log = await open(logFile, 'w', 0o600)
  let ended: { readonly code: number | null; readonly error?: Error } | undefined
  const child = spawn(binaries.postgres, ['-D', data, ...settings(port)], {
    ...launched.user,
    cwd: '/',
    env: serverEnvironment(),
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  child.once('error', (error) => {
    ended = { code: null, error }
  })
  child.once('exit', (code) => {
    ended = { code }
  })
  child.unref()
  try {
    const deadline = Date.now() + EMBEDDED_START_MS
    while (ended === undefined && Date.now() < deadline) {
      const running = await runningPostmaster(data)
      if (running?.status === 'ready' && running.pid === child.pid) return running
      await delay(POLL_MS)
    }
  } finally {
    await log.close()
  }
  if (ended === undefined && child.pid !== undefined) await stopPostmaster(child.pid)
  throw startFailure('postgres', await readFile(logFile, 'utf8'), logFile, ended?.error)
}

/** Only what the command line can say: nothing in a file of the data may be edited by hand to weaken it. */
const settings = (port: number): ReadonlyArray<string> =>
  [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=on',
    'synchronous_commit=on',
    'logging_collector=off',
    'log_destination=stderr',
    'jit=off',
  ].flatMap((setting) => ['-c', setting])

/** The server needs none of this process's secrets, and a user's PG… variables would change what it does. */
export const serverEnvironment = (): Record<string, string> => {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' }
}

/** A fast shutdown: connections are ended, everything is written; harder when that does not end it. */
export const stopPostmaster = async (pid: number): Promise<void> => {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if (systemCode(error) === 'ESRCH') return
      throw permissionError(error, `process ${pid}`)
    }
    if (await hasEnded(pid)) return
  }
}

/** Resolves true when the process is gone, false when it takes too long. */
export const hasEnded = async (pid: number): Promise<boolean> => {
  const deadline = Date.now() + EMBEDDED_STOP_MS
  while (exists(pid)) {
    if (Date.now() > deadline) return false
    await delay(POLL_MS)
  }
  return true
}
