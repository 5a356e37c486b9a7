/**
 * A gate on a real log, over months: every process that knew of it is gone, and two others begin, whose clocks stand
 * later. Between them everything that is due happens once.
 */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../src/core/json.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { createMemoryStore } from '../../src/log/memory-store.js'
import type { Clock } from '../../src/ports/clock.js'
import type { Log } from '../../src/ports/log.js'
import { type LocalServer, startServer } from '../catalog/http/local-server.js'
import { migratedDatabase, openLog } from '../log/log-database.js'
import { createFakeClock } from '../support/fake-clock.js'
import { liveClock } from '../support/live-clock.js'
import { type Planned, plannedFrame, plannedTasker } from '../support/planned-tasker.js'
import { until } from '../support/until.js'

const test = suite('gates over months')

const DAY = 86_400_000
const GROUPS = { ops: ['ada'], leads: ['grace'] }

const gateTemplate = (gate: JsonObject) => ({
  name: 'release',
  namespace_name: 'default',
  version: '1.0.0',
  steps: [
    {
      name: 'review',
      type: 'gate',
      handler: { callable: 'catalog:gate', initialization: { question: 'Ship it?', groups: ['ops'], ...gate } },
    },
    { name: 'ship', handler: { callable: 'ok' }, dependencies: ['review'] },
  ],
})

const waits = { until: ({ status }: { readonly status: string }) => status === 'waiting_for_approval' }

const process = (log: Log, clock: Clock, local: string, sweeps = true): Promise<Planned> =>
  plannedTasker(() => ({}), { clock, sweeps, groups: GROUPS, privateHosts: [local] }, { log })

const later = (ms: number): Clock => ({ ...liveClock, now: () => Date.now() + ms })

const refusalOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'counted',
    (error) => error.code,
  )

interface Years {
  readonly pager: LocalServer
  /** The process that is there at first. */
  readonly first: Planned
  /** All who were there have gone; two come, so much later than now. */
  after(ms: number): Promise<readonly [Planned, Planned]>
}

const overYears = async (body: (years: Years) => Promise<void>): Promise<void> => {
  const database = await migratedDatabase()
  const pager = await startServer((_, response) => response.writeHead(200).end())
  const come = async (clock: Clock, sweeps: boolean) =>
    process(await openLog(database.url), clock, `127.0.0.1:${pager.port}`, sweeps)
  const first = await come(liveClock, false)
  let present: ReadonlyArray<Planned> = [first]
  const leave = () => Promise.all(present.map(({ tasker }) => tasker.close()))
  const after = async (ms: number) => {
    await leave()
    const both = [await come(later(ms), true), await come(later(ms), true)] as const
    present = both
    return both
  }
  try {
    await body({ pager, first, after })
  } finally {
    await leave()
    await Promise.all([pager.close(), database.drop()])
  }
}

const ofGate = async ({ events }: Planned, id: string) =>
  (await events(id)).flatMap(({ type }) => (type.startsWith('gate-') ? [type] : []))

const noted = async ({ events }: Planned, ids: ReadonlyArray<string>): Promise<number> =>
  (await Promise.all(ids.map(events))).flat().filter(({ type }) => type === 'command-delivered').length

test('it is reminded of, escalated and approved once each, whoever is there by then', () =>
  overYears(async ({ pager, first, after }) => {
    const gate = {
      timeout_seconds: 80 * 86_400,
      on_timeout: 'escalate',
      escalate_to: ['leads'],
      escalate_timeout_seconds: 80 * 86_400,
      remind_every_seconds: 30 * 86_400,
      remind: { webhook: { url: `${pager.origin}/page` } },
    }
    const create = async () => {
      const task = await first.tasker.tasks.create(await first.tasker.template(gateTemplate(gate)), {})
      await task.result(waits)
      return task.id
    }
    const [approved, forgotten] = [await create(), await create()]
    const [reminding] = await after(31 * DAY)
    await until('both reminders are noted', async () => (await noted(reminding, [approved, forgotten])) === 2)
    assert.is(pager.requests.length, 2)

    const [one, other] = await after(81 * DAY)
    await until('those who are asked now were told', async () => (await noted(one, [approved, forgotten])) >= 4)
    assert.is(await refusalOf(one.tasker.gates.approve(approved, 'review', { actor: 'ada' })), 'not_in_group')
    await other.tasker.gates.approve(approved, 'review', { actor: 'grace' })
    assert.is((await (await one.tasker.tasks.get(approved)).result()).status, 'complete')
    const seen = await ofGate(one, approved)
    const once = seen.filter((type) => type !== 'gate-reminded')
    assert.equal(once, ['gate-opened', 'gate-expired', 'gate-escalated', 'gate-voted', 'gate-approved'])
    // Where the reminder that was due by then came first, those before the escalation heard of it too.
    assert.ok([2, 3].includes(seen.length - once.length))

    const [last] = await after(170 * DAY)
    const result = await (await last.tasker.tasks.get(forgotten)).result()
    assert.equal([result.status, result.steps.review?.error?.code], ['blocked_by_failures', 'gate_expired'])
    assert.is((await ofGate(last, forgotten)).filter((type) => type === 'gate-expired').length, 2)
    assert.is(await refusalOf(last.tasker.gates.approve(forgotten, 'review', { actor: 'grace' })), 'gate_not_open')
    const ids = pager.requests.map(({ body }) => JSON.parse(body).id)
    assert.is(new Set(ids).size, ids.length, 'each message was sent once')
  }))

test('a pager that is slow is sent one message, though another process looks after what is due meanwhile', async () => {
  const held: (() => void)[] = []
  const pager = await startServer((_, response) => void held.push(() => response.writeHead(200).end()))
  const local = `127.0.0.1:${pager.port}`
  const clock = createFakeClock()
  const store = createMemoryStore()
  // The first looks after what nobody does; the second opens the gate, and reminds of it by a timer of its own.
  const both = [
    await process(createMemoryLog(clock, store), clock, local),
    await process(createMemoryLog(clock, store), clock, local, false),
  ]
  const [, sender] = both
  if (sender === undefined) throw new Error('nobody is there')
  try {
    const gate = { remind_every_seconds: 60, remind: { webhook: { url: `${pager.origin}/page` } } }
    const task = await sender.tasker.tasks.create(await sender.tasker.template(gateTemplate(gate)), {})
    await task.result(waits)
    const pages = () => pager.requests.map(({ body }) => JSON.parse(body).message.reminder)
    await clock.pass(60_000)
    await until('people are reminded', () => pages().includes(1))
    // As long as a mail may take; the next is due before anybody would have to try again.
    await clock.pass(58_000)
    await clock.pass(3_000)
    await until('people are reminded again', () => pages().includes(2))
    for (const answer of held) answer()
    assert.equal(pages(), [1, 2])
  } finally {
    await Promise.all(both.map(({ tasker }) => tasker.close()))
    await pager.close()
  }
})

test('who answers after the time is up is too late, also when nobody has noticed yet', async () => {
  const clock = createFakeClock()
  const store = createMemoryStore()
  const before = await process(createMemoryLog(clock, store), clock, '', false)
  const create = async (template: JsonObject) => {
    const task = await before.tasker.tasks.create(await before.tasker.template(template), {})
    await task.result(waits)
    return task.id
  }
  const timed = { timeout_seconds: 600, on_timeout: 'reject' }
  const [late, paused] = [await create(gateTemplate(timed)), await create(gateTemplate(timed))]
  const plan = await create({ ...Object(plannedFrame({ approve_plan: { groups: ['ops'], ...timed } })) })
  const ada = { kind: 'person', id: 'ada', authenticated: false } as const
  await before.tasker.tasks.ask(paused, { type: 'pause-task', reason: null }, ada)
  await before.tasker.close()
  await clock.pass(601_000)
  const { tasker, events } = await process(createMemoryLog(clock, store), clock, '', false)
  try {
    const vote = { actor: 'ada' }
    assert.is(await refusalOf(tasker.gates.approve(late, 'review', vote)), 'gate_not_open')
    assert.is(await refusalOf(tasker.gates.reject(late, 'review', vote)), 'gate_not_open')
    assert.is(await refusalOf(tasker.gates.editPlan(plan, 'plan', { steps: [] }, vote)), 'gate_not_open')
    // The clock of a paused task stands still.
    assert.is(await refusalOf(tasker.gates.approve(paused, 'review', vote)), 'counted')
    assert.not.ok((await events(late)).some(({ type }) => type === 'gate-voted'))
  } finally {
    await tasker.close()
  }
})

test.run()
