/** uuid v7 for tasks, commands and events: time first, so that they sort as they were made. */
import { randomFillSync } from 'node:crypto'
import type { Clock } from '../ports/clock.js'

const POOL_BYTES = 4096
const pool = Buffer.allocUnsafe(POOL_BYTES)
let used = POOL_BYTES

/** 10 random bytes a time; one system call serves hundreds of ids. */
const random = (): number => {
  if (used + 10 > POOL_BYTES) {
    randomFillSync(pool)
    used = 0
  }
  const at = used
  used += 10
  return at
}

export const uuidv7 = (nowMs: number): string => {
  const at = random()
  const time = nowMs.toString(16).padStart(12, '0')
  const a = (pool.readUInt16BE(at) & 0x0fff) | 0x7000
  const b = (pool.readUInt16BE(at + 2) & 0x3fff) | 0x8000
  const node = pool.toString('hex', at + 4, at + 10)
  return `${time.slice(0, 8)}-${time.slice(8)}-${a.toString(16)}-${b.toString(16)}-${node}`
}

/** A new id: the clock's own, in a world where chance is decided, else of real chance. */
export const newId = (clock: Clock): string => clock.newId?.() ?? uuidv7(clock.now())

/** When an id was made, in milliseconds since the epoch. */
export const createdAtMs = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

export const streamOf = (task: string): string => `task-${task}`
export const taskOf = (stream: string): string => stream.slice('task-'.length)
