/** A subscription without a name, over the log in memory: from anywhere, to the end, and on as the log grows. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createMemoryLog } from '../../src/log/memory-log.js'
import type { Log } from '../../src/ports/log.js'
import { silentLogger } from '../../src/ports/logger.js'
import type { DeliveredEvent, UnreadableDelivery } from '../../src/ports/subscription.js'
import { follow } from '../../src/subscriptions/follow.js'
import { liveClock } from '../support/live-clock.js'
import { Heard, reasonOf, Story, UNKNOWN } from './story.js'

const test = suite('following the log')

const open = () => {
  const log: Log = createMemoryLog(liveClock)
  return { log, needs: { log, clock: liveClock, logger: silentLogger } }
}

test('it begins with what there is and goes on with what comes, without a seam', async () => {
  const { log, needs } = open()
  const [a, b] = [new Story(log), new Story(log)]
  await a.tell('1', '2')
  const heard = new Heard<DeliveredEvent>()
  const subscription = await follow(needs, { from: 'start' }, (event) => heard.say(event))
  await b.tell('3')
  await heard.count(3)
  await a.tell('4', '5')
  await heard.count(5)
  assert.equal(heard.all.map(reasonOf), ['1', '2', '3', '4', '5'])
  assert.equal(
    heard.all.map(({ position }) => position),
    [1, 2, 3, 4, 5],
  )
  assert.equal(heard.all.map(({ stream, task, version, type }) => [stream, task, version, type])[3], [
    a.stream,
    a.task,
    3,
    'task-paused',
  ])
  assert.equal([await subscription.lag(), subscription.position], [0, 5])
  await subscription.close()
  await subscription.ended
  await b.tell('6')
  assert.is(heard.all.length, 5)
  assert.is(await subscription.lag(), 1)
})

test('it begins after a position, or with what is appended from now on', async () => {
  const { log, needs } = open()
  const story = new Story(log)
  await story.tell('1', '2', '3')
  const [after, now, byDefault] = [new Heard<string>(), new Heard<string>(), new Heard<string>()]
  const subscriptions = [
    await follow(needs, { from: 2 }, (event) => after.say(reasonOf(event))),
    await follow(needs, { from: 'now' }, (event) => now.say(reasonOf(event))),
    await follow(needs, {}, (event) => byDefault.say(reasonOf(event))),
  ]
  await story.tell('4')
  await Promise.all([after.count(2), now.count(1), byDefault.count(1)])
  assert.equal([after.all, now.all, byDefault.all], [['3', '4'], ['4'], ['4']])
  for (const subscription of subscriptions) await subscription.close()
  const refused = await follow(needs, { from: -1 }, () => undefined).catch((error: Error) => error)
  assert.match(String(refused), 'cannot begin at -1')
})

test('one event is handed over at a time, in order, however long each takes', async () => {
  const { log, needs } = open()
  const story = new Story(log)
  const heard = new Heard<string>()
  let underWay = 0
  const subscription = await follow(needs, {}, async (event) => {
    underWay += 1
    assert.is(underWay, 1)
    await new Promise((resolve) => setImmediate(resolve))
    underWay -= 1
    heard.say(reasonOf(event))
  })
  await story.tell('1', '2', '3')
  await heard.count(3)
  assert.equal(heard.all, ['1', '2', '3'])
  await subscription.close()
})

test('a handler that throws ends it, at the event that it threw at', async () => {
  const { log, needs } = open()
  const story = new Story(log)
  const subscription = await follow(needs, {}, (event) => {
    if (reasonOf(event) === '2') throw new Error('not this one')
  })
  await story.tell('1', '2', '3')
  const ended = await subscription.ended.catch((error: Error) => error.message)
  assert.is(ended, 'not this one')
  assert.is(subscription.position, 1)
  await subscription.close()
})

test('an event that cannot be read ends it, or is handed over as what it is, in its place', async () => {
  const { log, needs } = open()
  const story = new Story(log)
  const stopping = await follow(needs, {}, () => undefined)
  const heard = new Heard<string>()
  const onUnreadable = ({ code, stored }: UnreadableDelivery): void => heard.say(`${code} ${stored.position}`)
  const taking = await follow(needs, { onUnreadable }, (event) => heard.say(reasonOf(event)))
  await story.tell('1')
  await story.append([UNKNOWN])
  await story.tell('3')
  const ended = await stopping.ended.catch((error: Error & { code: string }) => [error.code, stopping.position])
  assert.equal(ended, ['unknown_event_type', 1])
  await heard.count(3)
  assert.equal(heard.all, ['1', 'unknown_event_type 2', '3'])
  await taking.close()
})

test('closing aborts what is being handled when its grace is over', async () => {
  const { log, needs } = open()
  const story = new Story(log)
  const begun = new Heard<string>()
  const subscription = await follow(
    needs,
    {},
    (event, { signal }) =>
      new Promise((resolve) => {
        begun.say(reasonOf(event))
        signal.addEventListener('abort', () => resolve())
      }),
  )
  await story.tell('1', '2')
  await begun.count(1)
  await subscription.close({ graceMs: 1 })
  assert.equal([begun.all, subscription.position], [['1'], 1])
})

test.run()
