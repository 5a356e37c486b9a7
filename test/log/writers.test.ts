/** Several processes write overlapping streams while readers follow: nothing deadlocks, is lost, or shows up late. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Log, StoredEvent } from '../../src/ports/log.js'
import { chainOf, newStream } from './appends.js'
import { migratedDatabase, openLog, withClient } from './log-database.js'

const test = suite('writers and readers')

const WRITERS = 4
const WRITING_MS = 3_000

interface Written {
  readonly landed: number
  readonly conflicts: number
}

const startWriter = async (url: string, streams: ReadonlyArray<string>): Promise<Written> => {
  const script = fileURLToPath(new URL('./overlapping-writer.js', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, url, String(WRITING_MS), ...streams])
  return JSON.parse(stdout)
}

/** Follows the log until told that writing is over and there is no more; every read begins where the last one ended. */
const follow = async (log: Log, isOver: () => boolean): Promise<ReadonlyArray<StoredEvent>> => {
  const seen: StoredEvent[] = []
  for (;;) {
    const wasOver = isOver()
    const last = seen.at(-1)?.position ?? 0
    const more = await log.readAll(last, 500)
    seen.push(...more)
    if (more.length === 0 && wasOver) return seen
    if (more.length === 0) await log.waitFor(last, 50)
  }
}

test('four writers lose nothing, and two readers see each event once, in order', async () => {
  const { url, drop } = await migratedDatabase()
  const streams = Array.from({ length: 6 }, newStream)
  const [log, other] = [await openLog(url), await openLog(url)]
  let isOver = false
  const readers = [log, other].map((reader) => follow(reader, () => isOver))
  const written = await Promise.all(Array.from({ length: WRITERS }, () => startWriter(url, streams)))
  isOver = true
  const [seen = [], seenByOther] = await Promise.all(readers)
  const landed = written.reduce((sum, one) => sum + one.landed, 0)

  assert.ok(
    written.every((one) => one.landed > 0 && one.conflicts > 0),
    JSON.stringify(written),
  )
  assert.is(seen.length, landed)
  assert.is(await log.position(), seen.at(-1)?.position)
  assert.ok(seen.every((one, index) => index === 0 || one.position > (seen[index - 1]?.position ?? 0)))
  assert.equal(seenByOther, seen)
  for (const stream of streams) {
    const events = await log.readStream(stream, 0)
    assert.equal(
      events,
      seen.filter((one) => one.stream === stream),
    )
    assert.ok(events.every((one, index) => one.version === index + 1 && JSON.parse(one.data).version === one.version))
    assert.equal(
      events.map((one) => one.hash),
      chainOf(events),
    )
    const head = await log.head(stream)
    assert.equal([head?.version, head?.hash], [events.at(-1)?.version, events.at(-1)?.hash])
  }
  const deadlocks = await withClient(url, (client) =>
    client.query('select deadlocks::integer as n from pg_stat_database where datname = current_database()'),
  )
  assert.is(deadlocks.rows[0]?.n, 0)
  await Promise.all([log.close(), other.close()])
  await drop()
})

test.run()
