/** Members come, go and break, and share what there is. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { withClient } from '../log/log-database.js'
import { until } from '../support/until.js'
import { inWorld } from './named-database.js'
import { Heard, reasonOf, Story } from './story.js'

const test = suite('sharing a subscription')

const LEASE_MS = 1_000

/** How many partitions each member holds, the oldest member first. */
const shares = (url: string): Promise<ReadonlyArray<number>> =>
  withClient(url, async (client) => {
    const { rows } = await client.query(
      'select count(*)::integer as n from tasker.subscription_partitions where owner is not null group by owner order by owner',
    )
    return rows.map(({ n }) => n)
  })

test(
  'partitions are shared fairly as members come and go, and each event goes to one of them',
  inWorld(async ({ url, log, subscriptions }) => {
    const heard = new Heard<string>()
    const join = async (name: string) => {
      const { subscribe } = await subscriptions()
      const options = { name: 'shared', order: 'task', leaseMs: LEASE_MS } as const
      return subscribe(options, (event) => heard.say(`${name} ${event.stream} ${reasonOf(event)}`))
    }
    const hold = (...wanted: ReadonlyArray<number>): Promise<void> =>
      until(`they hold ${wanted.join(', ')}`, async () => (await shares(url)).join() === wanted.join())
    const stories = Array.from({ length: 60 }, () => new Story(log))
    const tellAll = async (reason: string): Promise<void> => {
      const before = heard.all.length
      for (const story of stories) await story.tell(reason)
      await heard.count(before + stories.length)
    }
    const first = await join('first')
    await hold(256)
    await tellAll('1')
    const second = await join('second')
    await hold(128, 128)
    await tellAll('2')
    const third = await join('third')
    await hold(86, 85, 85)
    await tellAll('3')
    await first.close()
    await hold(128, 128)
    await tellAll('4')
    assert.is(heard.all.length, 4 * stories.length)
    assert.is(new Set(heard.all.map((said) => said.slice(said.indexOf(' ')))).size, heard.all.length)
    for (const name of ['first', 'second', 'third']) assert.ok(heard.all.some((said) => said.startsWith(name)))
    await Promise.all([second.close(), third.close()])
    await hold()
  }),
)

test(
  'in position order one member works and the next one takes over where it stopped',
  inWorld(async ({ log, subscriptions }) => {
    const story = new Story(log)
    const heard = new Heard<string>()
    const join = async (name: string) => {
      const { subscribe } = await subscriptions()
      return subscribe({ name: 'one by one', leaseMs: LEASE_MS }, (event) => heard.say(`${name} ${reasonOf(event)}`))
    }
    const first = await join('first')
    const second = await join('second')
    await story.tell('1', '2')
    await heard.count(2)
    await first.close()
    await story.tell('3')
    await heard.count(3)
    assert.equal(heard.all, ['first 1', 'first 2', 'second 3'])
    await until('nothing lags', async () => (await second.lag()) === 0)
    assert.is(second.position, 3)
    await second.close()
  }),
)

test(
  'a database that breaks every connection is a pause',
  inWorld(async ({ url, log, subscriptions }) => {
    const story = new Story(log)
    const [plain, once] = [new Heard<string>(), new Heard<string>()]
    const { subscribe } = await subscriptions()
    await subscribe({}, (event) => plain.say(reasonOf(event)))
    await withClient(url, async (client) => {
      await client.query('create table applied (position bigint)')
      const options = { name: 'steady', transactional: true, leaseMs: LEASE_MS } as const
      await subscribe(options, async (event, { client: own }) => {
        await own.query('insert into applied values ($1)', [event.position])
        once.say(reasonOf(event))
      })
      for (const reason of ['1', '2', '3']) {
        await client.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        )
        await story.tell(reason)
      }
      await plain.count(3)
      await until('all is applied', async () => {
        const { rows } = await client.query('select array_agg(position::integer order by position) as all from applied')
        return String(rows[0]?.all) === '1,2,3'
      })
    })
    assert.equal(plain.all, ['1', '2', '3'])
    assert.ok(once.all.length >= 3)
  }),
)

test(
  'a handler that does not end is left behind when the grace is over, and another member goes on',
  inWorld(async ({ log, subscriptions }) => {
    const story = new Story(log)
    const heard = new Heard<string>()
    const { subscribe } = await subscriptions()
    await story.tell('1')
    const aborted = new Heard<boolean>()
    const stuck = await subscribe({ name: 'stuck' }, (_, { signal }) => {
      heard.say('begun')
      signal.addEventListener('abort', () => aborted.say(true))
      return new Promise(() => undefined)
    })
    await heard.count(1)
    await stuck.close({ graceMs: 10 })
    await aborted.count(1)
    const other = await subscribe({ name: 'stuck' }, (event) => heard.say(reasonOf(event)))
    await heard.count(2)
    assert.is(heard.all[1], '1')
    await other.close()
  }),
)

test.run()
