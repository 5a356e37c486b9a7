/**
 * The limit: the very events of a W1 task, appended by one connection through one prepared statement, batch after
 * batch. It shares no code with the log, so that the log cannot flatter itself.
 */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { StoredEvent } from '../../src/ports/log.js'
import { type Spread, spreadOf } from './measure.js'
import { readServer, statement } from './server.js'

export interface RawMeasurement {
  readonly batch: number
  readonly eventsPerSecond: number
  /** Of one batch, in milliseconds. */
  readonly commit: Spread
  readonly cpuSecondsPer1000: { readonly client: number; readonly server: number | undefined }
  readonly bytesPerEvent: { readonly database: number; readonly wal: number }
}

export const RAW_BATCHES: ReadonlyArray<number> = [1, 10, 100, 1_000]
const WARM_UP_MS = 500

export const measureRaw = async (
  client: pg.Client,
  events: ReadonlyArray<StoredEvent>,
  batch: number,
  seconds: number,
): Promise<RawMeasurement> => {
  await client.query(statement('dropRawEvents'))
  await client.query(statement('createRawEvents'))
  await client.query(statement('flush'))
  const next = batches(events, batch)
  const text = statement('appendRawEvents')
  const append = (): Promise<unknown> => client.query({ name: 'append_raw_events', text, values: next() })

  for (const until = performance.now() + WARM_UP_MS; performance.now() < until; ) await append()
  const before = await readServer(client)
  const cpuBefore = process.cpuUsage()
  const commits: number[] = []
  const started = performance.now()
  let now = started
  while (now - started < seconds * 1_000) {
    await append()
    const ended = performance.now()
    commits.push(ended - now)
    now = ended
  }
  const cpu = process.cpuUsage(cpuBefore)
  const after = await readServer(client)
  await client.query(statement('dropRawEvents'))

  const count = commits.length * batch
  const serverCpu =
    before.cpuSeconds === undefined || after.cpuSeconds === undefined ? undefined : after.cpuSeconds - before.cpuSeconds
  return {
    batch,
    eventsPerSecond: (count / (now - started)) * 1_000,
    commit: spreadOf(commits) ?? { p50: 0, p99: 0 },
    cpuSecondsPer1000: {
      client: (cpu.user + cpu.system) / 1e6 / (count / 1_000),
      server: serverCpu === undefined ? undefined : serverCpu / (count / 1_000),
    },
    bytesPerEvent: {
      database: (after.databaseBytes - before.databaseBytes) / count,
      wal: (after.walBytes - before.walBytes) / count,
    },
  }
}

/** Batches of a task's events, over and over, each time as another task's. */
const batches = (events: ReadonlyArray<StoredEvent>, size: number): (() => unknown[][]) => {
  const hashes = events.map((event) => Buffer.from(event.hash, 'hex'))
  let at = events.length
  let stream = ''
  return () => {
    const columns: unknown[][] = Array.from({ length: 9 }, () => [])
    for (let filled = 0; filled < size; filled += 1) {
      if (at === events.length) {
        at = 0
        stream = `task-${randomUUID()}`
      }
      const event = events[at]
      if (event === undefined) throw new Error('there are no events to append')
      const { version, type, schemaVersion, time, data, metadata } = event
      const row = [stream, version, randomUUID(), type, schemaVersion, time, data, metadata, hashes[at]]
      for (const [column, value] of row.entries()) columns[column]?.push(value)
      at += 1
    }
    return columns
  }
}
