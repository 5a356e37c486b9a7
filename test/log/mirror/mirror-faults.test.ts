/** What a mirror does when the way to the store, the store, or the mirror itself breaks. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { digestOf } from '../../../src/log/hash.js'
import { createMemoryLog } from '../../../src/log/memory-log.js'
import { eventStoreTarget } from '../../../src/log/mirror/event-store-target.js'
import { mirrorLog } from '../../../src/log/mirror/mirror-log.js'
import { MirrorRefused, type MirrorTarget, MirrorUnreachable } from '../../../src/log/mirror/mirror-target.js'
import type { Clock } from '../../../src/ports/clock.js'
import type { Log } from '../../../src/ports/log.js'
import { silentLogger } from '../../../src/ports/logger.js'
import { liveClock } from '../../support/live-clock.js'
import { appendTo, event, land, NOWHERE, newStream } from '../appends.js'
import { EventStore } from './event-store.js'
import { startEventStoreServer } from './event-store-server.js'
import { memoryTarget } from './memory-target.js'
import { storyOn } from './mirror-contract.js'

const test = suite('a mirror when something breaks')

/** A small generator, so that a run that goes wrong can be made again. */
const dice = (seed: number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return state / 0x7fff_ffff
  }
}

test('calls that are refused, and answers that are lost, are asked for again, and nothing is there twice', async () => {
  const server = await startEventStoreServer()
  const story = storyOn(server.url)
  const random = dice(7)
  server.onAppend = () => {
    const chance = random()
    return chance < 0.15 ? 'refuse' : chance < 0.3 ? 'lose the answer' : 'answer'
  }
  const streams = Array.from({ length: 12 }, newStream)
  for (let round = 0; round < 4; round += 1) for (const stream of streams) await story.grow(stream, 3)
  assert.is((await story.mirror()).position, 144)
  server.onAppend = () => 'answer'
  await story.holdsAll()
  await story.client.dispose()
  await server.stop()
})

test('a server that goes away is waited for, and the mirror goes on where it was', async () => {
  const server = await startEventStoreServer()
  const story = storyOn(server.url)
  const stop = new AbortController()
  const following = story.mirror({ signal: stop.signal })
  const streams = Array.from({ length: 5 }, newStream)
  for (let round = 0; round < 3; round += 1) {
    for (const stream of streams) await story.grow(stream, 4)
    await server.stop()
    for (const stream of streams) await story.grow(stream, 4)
    await server.start()
    const end = (round + 1) * 40
    await mirrored(server.store, streams, end)
  }
  stop.abort()
  await following
  await story.holdsAll()
  await story.client.dispose()
  await server.stop()
})

/** Resolves when these streams hold so many events together. */
const mirrored = (store: EventStore, streams: ReadonlyArray<string>, count: number): Promise<void> =>
  new Promise((resolve) => {
    const holds = (): boolean =>
      streams.reduce((sum, name) => sum + (store.streams.get(name)?.length ?? 0), 0) === count
    const look = (): void => {
      if (!holds()) return
      end()
      resolve()
    }
    const end = store.watch(look)
    look()
  })

test('a store that keeps silent counts as away after its deadline', async () => {
  const server = await startEventStoreServer()
  const story = storyOn(server.url)
  let silences = 1
  server.onAppend = () => (silences-- > 0 ? 'keep silent' : 'answer')
  await story.grow(newStream(), 2)
  assert.is((await story.mirror()).position, 2)
  await story.holdsAll()
  await story.client.dispose()
  await server.stop()
})

test('who may not write is told so, and what is no address too, without the password that stands in it', async () => {
  const server = await startEventStoreServer()
  const story = storyOn(server.url)
  await story.grow(newStream(), 1)
  server.onAppend = () => 'deny'
  const denied = await story.mirror().catch((error: unknown) => error)
  assert.is(denied instanceof MirrorRefused ? denied.code : '', 'eventstoredb_refused')
  await story.client.dispose()
  await server.stop()
  for (const url of ['http://u:hunter2@x', 'esdb://u:hunter2@:x', '']) {
    try {
      eventStoreTarget(url)
      assert.unreachable(`${url} was accepted`)
    } catch (error) {
      assert.is(error instanceof MirrorRefused ? error.code : String(error), 'eventstoredb_url_invalid')
      assert.not.match(String(error), 'hunter2')
    }
  }
})

test('a run that does not follow gives up on a store that stays away', async () => {
  let nowMs = 0
  const hurried: Clock = {
    ...liveClock,
    now: () => nowMs,
    after: (ms, callback) => {
      nowMs += ms
      return liveClock.after(0, callback)
    },
  }
  const away: MirrorTarget = {
    ...memoryTarget(new EventStore()),
    checkpoint: () => Promise.reject(new MirrorUnreachable('away')),
  }
  const asked = mirrorLog(
    { log: createMemoryLog(liveClock), target: away, clock: hurried, logger: silentLogger },
    { once: true },
  )
  const error = await asked.catch((caught: unknown) => caught)
  assert.instance(error, MirrorUnreachable)
  assert.ok(nowMs > 30_000)
})

/** A target whose process dies at its `last` step: before what was asked happens, or after it. */
const mortal = (target: MirrorTarget, last: number, when: 'before' | 'after'): MirrorTarget => {
  let steps = 0
  const step = async <A>(ask: () => Promise<A>): Promise<A> => {
    steps += 1
    if (steps > last || (steps === last && when === 'before')) throw new Error('dead')
    const answer = await ask()
    if (steps === last) throw new Error('dead')
    return answer
  }
  return {
    append: (events) => step(() => target.append(events)),
    appendPayload: (stream, payload) => step(() => target.appendPayload(stream, payload)),
    head: (stream) => step(() => target.head(stream)),
    checkpoint: () => step(() => target.checkpoint()),
    saveCheckpoint: (position) => step(() => target.saveCheckpoint(position)),
    close: () => target.close(),
  }
}

const grown = async (): Promise<{ readonly log: Log; readonly streams: ReadonlyArray<string> }> => {
  const log = createMemoryLog(liveClock)
  const streams = Array.from({ length: 4 }, newStream)
  for (const stream of streams) {
    const first = await land(log, appendTo(stream, NOWHERE, { events: [event(), event()] }))
    const text = JSON.stringify({ of: stream })
    const result = { digest: digestOf(text), bytes: Buffer.byteLength(text) }
    const completed = event(JSON.stringify({ step: 'a', attempt: 1, result }), 'step-completed')
    const events = [...Array.from({ length: 599 }, () => event()), completed]
    await land(log, appendTo(stream, first, { events, payloads: [{ digest: result.digest, text }] }))
  }
  return { log, streams }
}

test('a crash between any two of its steps leaves nothing that the next run does not mend', async () => {
  const { log, streams } = await grown()
  const run = (target: MirrorTarget) =>
    mirrorLog({ log, target, clock: liveClock, logger: silentLogger }, { once: true })
  let deaths = 0
  for (const when of ['before', 'after'] as const) {
    for (let last = 1; ; last += 1) {
      const store = new EventStore()
      const outcome = await run(mortal(memoryTarget(store), last, when)).catch(() => 'dead' as const)
      if (outcome === 'dead') deaths += 1
      await run(memoryTarget(store))
      for (const stream of streams) {
        const ids = (await log.readStream(stream, 0)).map(({ id }) => id)
        assert.equal(
          store.streams.get(stream)?.map(({ id }) => id),
          ids,
          `death ${when} step ${last}`,
        )
      }
      assert.is([...store.streams.keys()].filter((name) => name.startsWith('payload-')).length, streams.length)
      assert.is(await memoryTarget(store).checkpoint(), streams.length * 602)
      if (outcome !== 'dead') break
    }
  }
  assert.ok(deaths >= 20, `${deaths} deaths`)
})

test.run()
