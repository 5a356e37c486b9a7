/**
 * One process at a time works on a folder, and a process that died holding it is in nobody's way. The lock is a row of
 * numbered files of which the highest counts. Whoever finds the highest free (or its owner dead) creates the next
 * number, which only one can; numbers never restart while anybody looks, so that two who find the same dead owner
 * cannot both win, which is what removing a stale lock file would allow.
 */
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EMBEDDED_LOCK_WAIT_MS } from '../../core/limits.js'
import { EmbeddedError, permissionError, systemCode } from './embedded-error.js'
import { isAlive, markOf, type ProcessMark } from './live-process.js'

const PREFIX = 'lock.'
const FREE = 'free'
const POLL_MS = 20
/** A file without a whole mark belongs to a process that is just writing it, unless it is as old as this. */
const HALF_WRITTEN_MS = 5_000

/** Runs `work` while no other process holds the folder; throws `embedded_locked` when that does not come about. */
export const withFolderLock = async <A>(folder: string, work: () => Promise<A>): Promise<A> => {
  const file = await acquire(folder)
  try {
    return await work()
  } finally {
    await writeFile(file, FREE)
  }
}

const acquire = async (folder: string): Promise<string> => {
  try {
    await mkdir(folder, { recursive: true })
    const deadline = Date.now() + EMBEDDED_LOCK_WAIT_MS
    for (;;) {
      const highest = await highestOf(folder)
      const holder = highest === 0 ? undefined : await holderOf(fileOf(folder, highest))
      if (holder === undefined) {
        const own = await claim(folder, highest + 1)
        if (own !== undefined) return own
      } else if (Date.now() > deadline) {
        throw new EmbeddedError(
          'embedded_locked',
          `process ${holder.pid} has held ${folder} for more than ${EMBEDDED_LOCK_WAIT_MS / 1000} s`,
          'wait until it has started or stopped its Postgres, or end it',
        )
      } else await delay(POLL_MS)
    }
  } catch (error) {
    throw permissionError(error, folder)
  }
}

const claim = async (folder: string, number: number): Promise<string | undefined> => {
  const file = fileOf(folder, number)
  const mark = markOf(process.pid)
  try {
    await writeFile(file, `${mark.pid} ${mark.started}`, { flag: 'wx', mode: 0o644 })
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return undefined
    throw error
  }
  // The number may have been taken and cleared away since it was looked for; then a higher one stands.
  const numbers = await numbersIn(folder)
  if (numbers.some((other) => other > number)) {
    await rm(file, { force: true })
    return undefined
  }
  for (const other of numbers) if (other < number) await rm(fileOf(folder, other), { force: true })
  return file
}

const fileOf = (folder: string, number: number): string => join(folder, `${PREFIX}${number}`)

const numbersIn = async (folder: string): Promise<ReadonlyArray<number>> =>
  (await readdir(folder)).filter((name) => name.startsWith(PREFIX)).map((name) => Number(name.slice(PREFIX.length)))

const highestOf = async (folder: string): Promise<number> => Math.max(0, ...(await numbersIn(folder)))

/** Who holds the lock of this file, or undefined where it is free or its owner is dead. */
const holderOf = async (file: string): Promise<ProcessMark | undefined> => {
  try {
    const text = await readFile(file, 'utf8')
    if (text === FREE) return undefined
    const mark = markIn(text)
    if (mark !== undefined) return isAlive(mark) ? mark : undefined
    return Date.now() - (await stat(file)).mtimeMs > HALF_WRITTEN_MS ? undefined : { pid: 0, started: '' }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

const markIn = (text: string): ProcessMark | undefined => {
  const found = /^(\d+) (.*)$/.exec(text)
  return found === null ? undefined : { pid: Number(found[1]), started: found[2] ?? '' }
}
