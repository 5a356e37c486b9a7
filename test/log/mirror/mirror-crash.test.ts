/** Real mirrors that are killed between any two of their calls: what they leave is found, and nothing is there twice. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { digestOf } from '../../../src/log/hash.js'
import { mirrorToEventStore } from '../../../src/log/mirror/mirror-to-event-store.js'
import { streamOfPayload } from '../../../src/log/mirror/mirrored-payload.js'
import { packageRoot } from '../../../src/package-root.js'
import type { Log } from '../../../src/ports/log.js'
import { silentLogger } from '../../../src/ports/logger.js'
import { liveClock } from '../../support/live-clock.js'
import { appendTo, event, land, NOWHERE, newStream } from '../appends.js'
import { migratedDatabase, openLog } from '../log-database.js'
import { type EventStoreServer, startEventStoreServer } from './event-store-server.js'

const test = suite('killed mirrors')

const PROCESS = join(packageRoot, 'dist/test/log/mirror/mirroring-process.js')

interface World {
  readonly url: string
  readonly log: Log
  readonly streams: ReadonlyArray<string>
}

const textOf = (stream: string): string => JSON.stringify({ of: stream })

/** Three tasks, each with an event that refers to a payload. */
const withWorld = (body: (world: World) => Promise<void>) => async (): Promise<void> => {
  const { url, drop } = await migratedDatabase()
  const log = await openLog(url)
  const streams = Array.from({ length: 3 }, newStream)
  for (const stream of streams) {
    const text = textOf(stream)
    const result = { digest: digestOf(text), bytes: Buffer.byteLength(text) }
    const completed = event(JSON.stringify({ step: 'a', attempt: 1, result }), 'step-completed')
    const payloads = [{ digest: result.digest, text }]
    await land(log, appendTo(stream, NOWHERE, { events: [event(), event(), completed], payloads }))
  }
  try {
    await body({ url, log, streams })
  } finally {
    await log.close()
    await drop()
  }
}

const start = ({ url }: World, server: EventStoreServer, calls: number): ChildProcess =>
  spawn(process.execPath, [PROCESS, url, server.url, `${calls}`], { stdio: ['ignore', 'ignore', 'inherit'] })

/** Whatever was left, the next one mends it. */
const isMended = async ({ log, streams }: World, server: EventStoreServer, what: string): Promise<void> => {
  await mirrorToEventStore({ log, clock: liveClock, logger: silentLogger }, { url: server.url, once: true })
  for (const stream of streams) {
    const ids = (await log.readStream(stream, 0)).map(({ id }) => id)
    assert.equal(
      server.store.streams.get(stream)?.map(({ id }) => id),
      ids,
      what,
    )
    const kept = server.store.streams.get(streamOfPayload(stream, digestOf(textOf(stream)))) ?? []
    const texts = kept.map(({ data }) => JSON.parse(Buffer.from(data).toString()).text)
    assert.equal(texts, [textOf(stream)], what)
  }
}

test(
  'in front of any call',
  withWorld(async (world) => {
    let deaths = 0
    for (let calls = 0; ; calls += 1) {
      const server = await startEventStoreServer()
      const [code, signal] = await once(start(world, server, calls), 'exit')
      if (signal === 'SIGKILL') deaths += 1
      else assert.is(code, 0)
      await isMended(world, server, `killed in front of call ${calls + 1}`)
      await server.stop()
      if (signal !== 'SIGKILL') break
    }
    assert.ok(deaths >= 9, `${deaths} deaths are few`)
  }),
)

test(
  'after any append that the store has made, and before they hear of it',
  withWorld(async (world) => {
    let deaths = 0
    for (let appends = 1; ; appends += 1) {
      const server = await startEventStoreServer()
      const child = start(world, server, 1_000)
      let left = appends
      server.onAppend = () => {
        left -= 1
        if (left !== 0) return left < 0 ? 'refuse' : 'answer'
        // Once the store has it: the answer goes nowhere.
        setImmediate(() => child.kill('SIGKILL'))
        return 'keep silent'
      }
      const [code, signal] = await once(child, 'exit')
      if (signal === 'SIGKILL') deaths += 1
      else assert.is(code, 0)
      server.onAppend = () => 'answer'
      await isMended(world, server, `killed by append ${appends}`)
      await server.stop()
      if (signal !== 'SIGKILL') break
    }
    assert.ok(deaths >= 7, `${deaths} deaths are few`)
  }),
)

test.run()
