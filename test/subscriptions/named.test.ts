/** Subscriptions with a name, on a real database: what is kept, what comes again, what is parked. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { NamedOptions } from '../../src/ports/subscription.js'
import { SubscriptionRefused } from '../../src/subscriptions/subscription-refused.js'
import { until } from '../support/until.js'
import { inWorld } from './named-database.js'
import { Heard, reasonOf, Story, UNKNOWN } from './story.js'

const test = suite('named subscriptions')

const FAST = { backoff: 'none', maxAttempts: 3 } as const
const refusal = (error: unknown): unknown => (error instanceof SubscriptionRefused ? error.code : error)

test(
  'it begins at the start, and goes on where it was left',
  inWorld(async ({ log, subscriptions }) => {
    const story = new Story(log)
    await story.tell('1', '2')
    const heard = new Heard<string>()
    const { subscribe, administration } = await subscriptions()
    const first = await subscribe({ name: 'readers' }, (event) => heard.say(reasonOf(event)))
    await heard.count(2)
    await first.close()
    assert.is(first.position, 2)
    await story.tell('3')
    const [status] = await administration.list()
    assert.equal(
      { ...status, ageMs: 0 },
      {
        name: 'readers',
        order: 'position',
        filter: {},
        members: 0,
        position: 2,
        checkpoint: 2,
        lag: 1,
        ageMs: 0,
        retrying: 0,
        parked: 0,
      },
    )
    const second = await subscribe({ name: 'readers', from: 'start' }, (event) => heard.say(reasonOf(event)))
    await heard.count(3)
    assert.equal(heard.all, ['1', '2', '3'])
    await second.close()
  }),
)

test(
  'a name belongs to one order and one filter',
  inWorld(async ({ subscriptions }) => {
    const { subscribe, administration } = await subscriptions()
    const first = await subscribe({ name: 'a', types: ['task-paused', 'task-created'] }, () => undefined)
    const same = await subscribe({ name: 'a', types: ['task-created', 'task-paused'] }, () => undefined)
    const refused = async (options: NamedOptions) =>
      refusal(await subscribe(options, () => undefined).catch((error: unknown) => error))
    assert.is(await refused({ name: 'a' }), 'subscription_differs')
    assert.is(
      await refused({ name: 'a', order: 'task', types: ['task-created', 'task-paused'] }),
      'subscription_differs',
    )
    assert.is(await refused({ name: '' }), 'subscription_name_invalid')
    assert.is(await refused({ name: 'b', concurrency: 0 }), 'subscription_option_invalid')
    assert.is(await refused({ name: 'b', leaseMs: 10 }), 'subscription_option_invalid')
    assert.is(refusal(await administration.parked('b').catch((error: unknown) => error)), 'subscription_unknown')
    assert.is(await administration.remove('b'), false)
    await Promise.all([first.close(), same.close()])
  }),
)

test(
  'an event that fails comes again; in position order everything waits for it',
  inWorld(async ({ log, subscriptions }) => {
    const [a, b] = [new Story(log), new Story(log)]
    const heard = new Heard<string>()
    const { subscribe } = await subscriptions()
    await a.tell('a1', 'a2')
    await b.tell('b1')
    const subscription = await subscribe({ name: 'strict', retry: FAST }, (event, { attempt }) => {
      heard.say(`${reasonOf(event)} ${attempt}`)
      if (reasonOf(event) === 'a1' && attempt < 3) throw new Error('not yet')
    })
    await heard.count(5)
    assert.equal(heard.all, ['a1 1', 'a1 2', 'a1 3', 'a2 1', 'b1 1'])
    await subscription.close()
  }),
)

test(
  'in task order an event that fails holds its own task only, and what was acknowledged above it stays so',
  inWorld(async ({ log, subscriptions }) => {
    const held = new Story(log)
    const others = Array.from({ length: 20 }, () => new Story(log))
    const heard = new Heard<string>()
    const { subscribe, administration } = await subscriptions()
    const options = { name: 'fair', order: 'task', retry: { maxAttempts: 100 } } as const
    await held.tell('h1')
    for (const story of others) await story.tell('o')
    await held.tell('h2', 'h3')
    const first = await subscribe(options, (event) => {
      if (event.task === held.task) throw Object.assign(new Error('not yet'), { retryAfterMs: 200 })
      heard.say(reasonOf(event))
    })
    await heard.count(20)
    await until('all has been looked at', async () => (await administration.list())[0]?.lag === 0)
    await first.close()
    const [status] = await administration.list()
    assert.equal([status?.checkpoint, status?.retrying, status?.position], [0, 1, await log.position()])
    assert.ok((status?.ageMs ?? 0) > 0)
    const second = await subscribe(options, (event, { attempt }) => heard.say(`${reasonOf(event)} ${attempt}`))
    await held.tell('h4')
    await heard.count(24)
    assert.match(heard.all[20] ?? '', /^h1 [2-9]/)
    assert.equal(heard.all.slice(21), ['h2 1', 'h3 1', 'h4 1'])
    await second.close()
    assert.equal(
      (await administration.list()).map(({ checkpoint, retrying, lag }) => [checkpoint, retrying, lag]),
      [[await log.position(), 0, 0]],
    )
  }),
)

test(
  'after its last attempt an event is parked and holds its task, until it is replayed',
  inWorld(async ({ log, subscriptions }) => {
    const [a, b] = [new Story(log), new Story(log)]
    const heard = new Heard<string>()
    let isMended = false
    const [one, other] = [await subscriptions(), await subscriptions()]
    await one.subscribe({ name: 'holding', order: 'task', retry: FAST }, (event, { attempt }) => {
      heard.say(`${reasonOf(event)} ${attempt}`)
      if (reasonOf(event) === 'a1' && !isMended) throw Object.assign(new Error('broken \0'), { code: 'no_luck' })
    })
    await a.tell('a1', 'a2')
    await b.tell('b1')
    await heard.count(4)
    await until('it is parked', async () => (await other.administration.parked('holding')).length === 1)
    const [parked] = await other.administration.parked('holding')
    assert.equal(
      { ...parked, time: '', parkedAt: '' },
      {
        position: 1,
        task: a.task,
        version: 1,
        type: 'task-paused',
        time: '',
        attempts: 3,
        code: 'no_luck',
        message: 'broken \ufffd',
        parkedAt: '',
        holdsTask: true,
      },
    )
    await a.tell('a3')
    await b.tell('b2')
    await heard.count(5)
    assert.equal(
      heard.all.filter((said) => said.startsWith('a')),
      ['a1 1', 'a1 2', 'a1 3'],
    )
    isMended = true
    assert.is(await other.administration.replay('holding', { task: b.task }), 0)
    assert.is(await other.administration.replay('holding'), 1)
    await heard.count(8)
    assert.equal(heard.all.slice(-3), ['a1 1', 'a2 1', 'a3 1'])
    assert.equal(await other.administration.parked('holding'), [])
  }),
)

test(
  'a parked event may be given up, and then its task goes on',
  inWorld(async ({ log, subscriptions }) => {
    const story = new Story(log)
    const heard = new Heard<string>()
    const { subscribe, administration } = await subscriptions()
    await story.tell('1', '2', '3')
    await subscribe({ name: 'giving-up', retry: FAST }, (event) => {
      if (reasonOf(event) !== '3') throw Object.assign(new Error('never'), { retryable: false })
      heard.say(reasonOf(event))
    })
    const parkedAt = async () => (await administration.parked('giving-up')).map(({ position }) => position)
    await until('the first is parked', async () => (await parkedAt()).includes(1))
    assert.is(await administration.skip('giving-up', { position: 1 }), 1)
    await until('the second is parked', async () => (await parkedAt()).includes(2))
    assert.is(await administration.skip('giving-up', {}), 1)
    await heard.count(1)
    assert.equal([await parkedAt(), heard.all], [[], ['3']])
  }),
)

test(
  'where a parked event holds nothing its task goes on at once, and a replay hands over that event alone',
  inWorld(async ({ log, subscriptions }) => {
    const story = new Story(log)
    const heard = new Heard<string>()
    let isMended = false
    const { subscribe, administration } = await subscriptions()
    const options = { name: 'letting-go', order: 'task', onPark: 'continue', retry: FAST } as const
    await subscribe(options, (event, { attempt }) => {
      heard.say(`${reasonOf(event)} ${attempt}`)
      if (reasonOf(event) === '2' && !isMended) throw new Error('not this one')
    })
    await story.tell('1', '2', '3', '4')
    await heard.count(6)
    assert.equal(heard.all, ['1 1', '2 1', '2 2', '2 3', '3 1', '4 1'])
    isMended = true
    await until('it is parked', async () => (await administration.replay('letting-go', { position: 2 })) === 1)
    await heard.count(7)
    assert.is(heard.all.at(-1), '2 1')
    await until('nothing is left', async () => (await administration.list())[0]?.checkpoint === 4)
  }),
)

test(
  'an event that this version cannot read is parked and holds its task, whatever is done about others',
  inWorld(async ({ log, subscriptions }) => {
    const [a, b] = [new Story(log), new Story(log)]
    const heard = new Heard<string>()
    const { subscribe, administration } = await subscriptions()
    await a.append([UNKNOWN])
    await a.tell('a2')
    await b.tell('b1')
    await subscribe({ name: 'older', onPark: 'continue' }, (event) => heard.say(reasonOf(event)))
    await heard.count(1)
    const [parked] = await administration.parked('older')
    assert.equal([parked?.code, parked?.holdsTask, parked?.type], ['unknown_event_type', true, 'of-another-version'])
    assert.equal(heard.all, ['b1'])
    const taking = await subscriptions()
    const strange = new Heard<number>()
    const onUnreadable = ({ stored }: { readonly stored: { readonly position: number } }): void =>
      strange.say(stored.position)
    await taking.subscribe({ name: 'newer', onUnreadable }, () => undefined)
    await strange.count(1)
    assert.equal(strange.all, [1])
  }),
)

test(
  'members of a removed subscription stop',
  inWorld(async ({ subscriptions }) => {
    const { subscribe, administration } = await subscriptions()
    const subscription = await subscribe({ name: 'gone' }, () => undefined)
    assert.is(await administration.remove('gone'), true)
    assert.is(refusal(await subscription.ended.catch((error: unknown) => error)), 'subscription_removed')
    assert.equal(await administration.list(), [])
  }),
)

test.run()
