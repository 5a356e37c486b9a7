/** What a mirror in EventStoreDB promises, held against a local server and, where there is one, against a real one. */
import { randomUUID } from 'node:crypto'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import type { Test } from 'uvu'
import * as assert from 'uvu/assert'
import { createMemoryLog } from '../../../src/log/memory-log.js'
import { eventStoreTarget } from '../../../src/log/mirror/event-store-target.js'
import { type MirrorOptions, type MirrorProgress, mirrorLog } from '../../../src/log/mirror/mirror-log.js'
import { MirrorRefused } from '../../../src/log/mirror/mirror-target.js'
import type { Log, StoredEvent } from '../../../src/ports/log.js'
import { silentLogger } from '../../../src/ports/logger.js'
import { liveClock } from '../../support/live-clock.js'
import { appendTo, event, land, NOWHERE, newStream, type Standing } from '../appends.js'

export interface Opened {
  readonly url: string
  close(): Promise<void>
}

/** A log and the store that it is mirrored to, under notes of its own. */
export interface MirrorStory {
  readonly url: string
  /** The stream of the mirror's notes. */
  readonly notes: string
  readonly log: Log
  readonly client: EventStoreDBClient
  /** Appends events to a task, which begins with them where it is new. */
  grow(stream: string, count: number, data?: string): Promise<void>
  mirror(options?: MirrorOptions): Promise<MirrorProgress>
  /** The store's stream, compared with the log's, event for event. */
  holdsAll(): Promise<void>
}

const ONCE: MirrorOptions = { once: true }

export const storyOn = (url: string): MirrorStory => {
  const log = createMemoryLog(liveClock)
  const notes = `tasker-mirror-${randomUUID()}`
  const standings = new Map<string, Standing>()
  const client = EventStoreDBClient.connectionString(url)
  return {
    url,
    notes,
    log,
    client,
    grow: async (stream, count, data = '{"note":"Ünïcödé"}') => {
      const events = Array.from({ length: count }, () => ({
        ...event(data, 'step-completed'),
        metadata: JSON.stringify({ actor: { kind: 'engine' }, causation: randomUUID(), correlation: 'order-7' }),
      }))
      standings.set(stream, await land(log, appendTo(stream, standings.get(stream) ?? NOWHERE, { events })))
    },
    mirror: async (options = ONCE) => {
      const target = eventStoreTarget(url, notes)
      try {
        return await mirrorLog({ log, target, clock: liveClock, logger: silentLogger }, options)
      } finally {
        await target.close()
      }
    },
    holdsAll: async () => {
      for (const stream of standings.keys()) await isMirrored(client, await log.readStream(stream, 0))
    },
  }
}

export const isMirrored = async (client: EventStoreDBClient, events: ReadonlyArray<StoredEvent>): Promise<void> => {
  const stream = events[0]?.stream ?? ''
  let version = 0
  for await (const { event: record } of client.readStream(stream)) {
    const ours = events[version]
    version += 1
    assert.equal(
      [record?.id, record?.type, record?.revision, record?.data],
      [ours?.id, ours?.type, BigInt(version - 1), JSON.parse(ours?.data ?? 'null')],
    )
  }
  assert.is(version, events.length, `${stream} has ${version} of ${events.length} events`)
}

const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.catch((caught: unknown) => caught)
  return error instanceof MirrorRefused ? error.code : 'accepted'
}

export const toldOn =
  (open: () => Promise<Opened>): ToldOf =>
  (body) =>
  async () => {
    const { url, close } = await open()
    const story = storyOn(url)
    try {
      await body(story)
    } finally {
      await story.client.dispose()
      await close()
    }
  }

export const mirrorContract = (test: Test, open: () => Promise<Opened>): void => {
  const told = toldOn(open)
  keepsEvents(test, told)
  goesOn(test, told)
  refuses(test, told)
}

export type ToldOf = (body: (story: MirrorStory) => Promise<void>) => () => Promise<void>

const keepsEvents = (test: Test, told: ToldOf): void => {
  test(
    'every event of every task is there once, by its own id, in its place',
    told(async (story) => {
      const streams = Array.from({ length: 20 }, newStream)
      for (let round = 0; round < 3; round += 1) for (const stream of streams) await story.grow(stream, 1 + round)
      const { read, appended } = await story.mirror()
      assert.equal([read, appended], [120, 120])
      await story.holdsAll()
    }),
  )

  test(
    'the metadata is what the system projections go by, and what proves the event',
    told(async ({ log, client, grow, mirror }) => {
      const stream = newStream()
      await grow(stream, 1)
      await mirror()
      const [ours] = await log.readStream(stream, 0)
      for await (const { event: record } of client.readStream(stream, { maxCount: 1 })) {
        const metadata: Record<string, unknown> = Object(record?.metadata)
        assert.is(metadata.$correlationId, 'order-7')
        assert.is(metadata.$causationId, JSON.parse(ours?.metadata ?? '{}').causation)
        assert.equal(metadata.actor, { kind: 'engine' })
        assert.is(Reflect.get(Object(metadata.tasker), 'hash'), ours?.hash)
      }
    }),
  )

  test(
    'more than goes into one append goes into several',
    told(async (story) => {
      const stream = newStream()
      await story.grow(stream, 30, JSON.stringify({ text: 'x'.repeat(100_000) }))
      await story.grow(stream, 1_200)
      await story.mirror()
      await story.holdsAll()
    }),
  )
}

const goesOn = (test: Test, told: ToldOf): void => {
  test(
    'a second run begins where the first one ended, and one from the start writes nothing twice',
    told(async (story) => {
      const stream = newStream()
      await story.grow(stream, 3)
      await story.mirror()
      assert.equal(await story.mirror(), { position: 3, read: 0, appended: 0 })
      await story.grow(stream, 2)
      assert.equal(await story.mirror(), { position: 5, read: 2, appended: 2 })
      assert.equal(await story.mirror({ once: true, fromStart: true }), { position: 5, read: 5, appended: 0 })
      await story.holdsAll()
    }),
  )

  test(
    'what was appended behind the last note is found, and only the rest is appended',
    told(async (story) => {
      const [stream, other] = [newStream(), newStream()]
      await story.grow(stream, 5)
      await story.grow(other, 1)
      const events = await story.log.readStream(stream, 0)
      const target = eventStoreTarget(story.url, 'unused')
      await target.append(events.slice(0, 2)).finally(() => target.close())
      assert.is((await story.mirror()).appended, 4)
      await story.holdsAll()
    }),
  )

  test(
    'what is missing before the note is fetched from the log',
    told(async (story) => {
      const stream = newStream()
      await story.grow(stream, 4)
      const skipping: Log = {
        ...story.log,
        readAll: async (after, limit) => story.log.readAll(Math.max(after, 2), limit),
      }
      await story.grow(stream, 1)
      const target = eventStoreTarget(story.url, `tasker-mirror-${randomUUID()}`)
      const { appended } = await mirrorLog({ log: skipping, target, clock: liveClock, logger: silentLogger }, ONCE)
      await target.close()
      assert.is(appended, 5)
      await story.holdsAll()
    }),
  )

  test(
    'it follows the log, and who subscribes to the store sees what comes',
    told(async (story) => {
      const stream = newStream()
      await story.grow(stream, 2)
      const stop = new AbortController()
      const following = story.mirror({ signal: stop.signal })
      const seen: Array<string | undefined> = []
      const subscription = story.client.subscribeToStream(stream)
      const reading = (async () => {
        for await (const { event: record } of subscription) if (seen.push(record?.id) === 5) return
      })()
      await story.grow(stream, 3)
      await reading
      stop.abort()
      assert.is((await following).position, 5)
      assert.equal(
        seen,
        (await story.log.readStream(stream, 0)).map(({ id }) => id),
      )
    }),
  )

  test(
    'two mirrors at once write everything once',
    told(async (story) => {
      const streams = Array.from({ length: 10 }, newStream)
      for (let round = 0; round < 5; round += 1) for (const stream of streams) await story.grow(stream, 20)
      const all = await Promise.all([story.mirror(), story.mirror(), story.mirror()])
      assert.ok(all.every(({ position }) => position === 1_000))
      await story.holdsAll()
    }),
  )
}

const refuses = (test: Test, told: ToldOf): void => {
  test(
    'a stream in which somebody else has written is left alone',
    told(async (story) => {
      const stream = newStream()
      await story.grow(stream, 2)
      await story.client.appendToStream(stream, jsonEvent({ type: 'foreign', data: {} }))
      assert.is(await refusal(story.mirror()), 'stream_diverged')
      let count = 0
      for await (const _ of story.client.readStream(stream)) count += 1
      assert.is(count, 1)
    }),
  )

  test(
    'another log than the one that was mirrored is refused',
    told(async (story) => {
      await story.grow(newStream(), 3)
      await story.mirror()
      const shorter: Log = { ...story.log, position: async () => 2 }
      const target = eventStoreTarget(story.url, story.notes)
      const asked = mirrorLog({ log: shorter, target, clock: liveClock, logger: silentLogger }, ONCE)
      assert.is(await refusal(asked), 'mirror_ahead')
      await target.close()
    }),
  )

  test(
    'an event that the store does not take says so',
    told(async (story) => {
      await story.grow(newStream(), 1, JSON.stringify({ text: 'x'.repeat(1_100_000) }))
      assert.is(await refusal(story.mirror()), 'event_too_large')
    }),
  )
}
