/** What a handler writes and the step forward commit together: in trouble, in bursts, and when its process dies. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { SqlClient } from '../../src/log/transactions.js'
import { withClient } from '../log/log-database.js'
import { until } from '../support/until.js'
import { inWorld, type World } from './named-database.js'
import { Heard, reasonOf, Story } from './story.js'

const test = suite('transactional subscriptions')

const INSERT = 'insert into applied (position) values ($1)'

const inAppliedWorld = (body: (world: World, applied: () => Promise<ReadonlyArray<number>>) => Promise<void>) =>
  inWorld((world) =>
    withClient(world.url, async (client) => {
      await client.query('create table applied (place bigserial, position integer)')
      await body(world, async () =>
        (await client.query('select position from applied order by place')).rows.map((row) => Number(row.position)),
      )
    }),
  )

const apply = (client: SqlClient, position: number): Promise<unknown> => client.query(INSERT, [position])

test(
  'one that fails in a burst takes nobody down with it, and leaves nothing behind',
  inAppliedWorld(async ({ log, subscriptions }, applied) => {
    const stories = Array.from({ length: 3 }, () => new Story(log))
    for (const story of stories) await story.tell('good', story === stories[1] ? 'bad' : 'good', 'good')
    const { subscribe, administration } = await subscriptions()
    const options = { name: 'burst', transactional: true, retry: { backoff: 'none', maxAttempts: 2 } } as const
    await subscribe(options, async (event, { client }) => {
      await apply(client, event.position)
      if (reasonOf(event) === 'bad') throw new Error('not this one')
    })
    await until('all but the bad one and what it holds are applied', async () => (await applied()).length === 7)
    assert.equal(await applied(), [1, 2, 3, 4, 7, 8, 9])
    assert.equal(
      (await administration.parked('burst')).map(({ position, attempts }) => [position, attempts]),
      [[5, 2]],
    )
    assert.is(await administration.skip('burst', { position: 5 }), 1)
    await until('its task goes on', async () => (await applied()).length === 8)
    assert.is((await applied()).at(-1), 6)
  }),
)

test(
  'a member from which its part was taken while it slept wakes up to a transaction that rolls back',
  inAppliedWorld(async ({ url, log, subscriptions }, applied) => {
    await new Story(log).tell('once')
    const { subscribe } = await subscriptions()
    const started = new Heard<number>()
    let wake = (): void => undefined
    const asleep = new Promise<void>((resolve) => (wake = resolve))
    const options = { name: 'slept', order: 'task', transactional: true, leaseMs: 1_000 } as const
    await subscribe(options, async (_, { client }) => {
      const turn = started.all.length + 1
      // Whose writes they are is told by the number.
      await apply(client, turn)
      started.say(turn)
      if (turn === 1) await asleep
    })
    await started.count(1)
    // What another member does when a lease has run out: the parts get another owner, and with it another epoch.
    await withClient(url, (client) =>
      client.query(`update tasker.subscription_partitions set owner = null, epoch = epoch + 1 where owner is not null`),
    )
    wake()
    await until('it was handled again', async () => (await applied()).length > 0)
    assert.equal(await applied(), [2], 'of the first nothing is left')
  }),
)

test(
  'a handler that hides an error of its SQL, or ends the transaction, is told so',
  inAppliedWorld(async ({ log, subscriptions }, applied) => {
    const [hiding, ending] = [new Story(log), new Story(log)]
    await new Story(log).tell('good')
    await hiding.tell('hides')
    await ending.tell('ends')
    await new Story(log).tell('good')
    const { subscribe, administration } = await subscriptions()
    await subscribe({ name: 'abused', transactional: true, retry: { maxAttempts: 1 } }, async (event, { client }) => {
      await apply(client, event.position)
      if (reasonOf(event) === 'hides') await client.query('select 1 / 0').catch(() => undefined)
      if (reasonOf(event) === 'ends') await client.query('rollback')
    })
    await until('two are parked', async () => (await administration.parked('abused')).length === 2)
    const parked = await administration.parked('abused')
    assert.equal(
      parked.map(({ position, code }) => [position, code]),
      [
        [2, 'sql_error_hidden'],
        [3, 'transaction_ended_from_within'],
      ],
    )
    await until('the others are applied', async () => (await applied()).length === 2)
    assert.equal(await applied(), [1, 4])
  }),
)

test(
  'what only the commit finds wrong, and a connection that breaks, are failures of the event like any other',
  inAppliedWorld(async ({ url, log, subscriptions }, applied) => {
    await withClient(url, (client) =>
      client.query('alter table applied add unique (position) deferrable initially deferred'),
    )
    await new Story(log).tell('good')
    await new Story(log).tell('twice')
    await new Story(log).tell('breaks')
    await new Story(log).tell('good')
    const { subscribe, administration } = await subscriptions()
    const options = { name: 'late', transactional: true, retry: { backoff: 'none', maxAttempts: 2 } } as const
    await subscribe(options, async (event, { client }) => {
      await apply(client, event.position)
      if (reasonOf(event) === 'twice') await apply(client, event.position)
      if (reasonOf(event) === 'breaks') await client.query('select pg_terminate_backend(pg_backend_pid())')
    })
    await until('two are parked', async () => (await administration.parked('late')).length === 2)
    const parked = await administration.parked('late')
    assert.equal(
      parked.map(({ position, code }) => [position, code]),
      [
        [2, '23505'],
        [3, '57P01'],
      ],
    )
    await until('the others are applied', async () => (await applied()).length === 2)
    assert.equal(await applied(), [1, 4])
  }),
)

test(
  'the client speaks as `pg` does, and each transaction begins anew',
  inAppliedWorld(async ({ log, subscriptions }) => {
    const heard = new Heard<unknown>()
    const { subscribe } = await subscriptions()
    const options = { name: 'speaking', transactional: true, maxEventsPerTransaction: 1 } as const
    await subscribe(options, async (_, { client }) => {
      const { rows, rowCount } = await client.query("select $1::bigint as n, current_setting('tasker.x', true) as x", [
        '9',
      ])
      await client.query("set local tasker.x = 'left over'")
      heard.say([rows[0], rowCount])
    })
    await new Story(log).tell('1', '2')
    await heard.count(2)
    assert.equal(heard.all[0], [{ n: '9', x: null }, 1])
    assert.equal(heard.all[1], [{ n: '9', x: '' }, 1])
  }),
)

for (const transactional of [false, true]) {
  test(
    transactional
      ? 'a process that dies between acting and committing has not acted'
      : 'a process that dies between acting and acknowledging has acted once more than was needed',
    inAppliedWorld(async ({ url, log, subscriptions }, applied) => {
      await new Story(log).tell('1', '2')
      const child = fork(fileURLToPath(new URL('dying-process.js', import.meta.url)), [
        url,
        ...(transactional ? ['yes'] : []),
      ])
      const [, signal] = await once(child, 'exit')
      assert.is(signal, 'SIGKILL')
      assert.equal(await applied(), transactional ? [] : [1])
      const { subscribe } = await subscriptions()
      if (transactional) {
        await subscribe({ name: 'mortal', transactional }, async ({ position }, { client }) => {
          await apply(client, position)
        })
      } else {
        await subscribe({ name: 'mortal' }, async ({ position }) => {
          await withClient(url, (client) => client.query(INSERT, [position]))
        })
      }
      const wanted = transactional ? [1, 2] : [1, 1, 2]
      await until('the other goes on', async () => (await applied()).length === wanted.length)
      assert.equal(await applied(), wanted)
    }),
  )
}

test.run()
