/** Gates that wait for months: reminders, escalation, and processes that come and go meanwhile. */
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { JsonObject } from '../../src/core/json.js'
import { REMINDER_RETRY_MS } from '../../src/core/limits.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import type { Log } from '../../src/ports/log.js'
import { isSigned } from '../../src/subscriptions/signature.js'
import { type LocalServer, startServer } from '../catalog/http/local-server.js'
import { createFakeClock, type FakeClock } from '../support/fake-clock.js'
import { fragmentOf, type Planned, plannedFrame, plannedTasker } from '../support/planned-tasker.js'
import { until } from '../support/until.js'

const test = suite('gates')

const HOUR = 3_600_000
const DAY = 24 * HOUR
const SECRET = 'known-to-the-pager'

interface Office {
  readonly clock: FakeClock
  readonly pager: LocalServer
  /** Statuses that the pager answers with, one after the other; then 200. */
  readonly answers: number[]
  /** The process that is there; it decides, and nothing more. */
  open(): Promise<Planned>
  /** That process ends, time passes with nobody there, and another one begins, which sweeps. */
  after(ms: number): Promise<Planned>
  /** Waits until so many reminders have come. */
  reminded(times: number): Promise<ReadonlyArray<JsonObject>>
}

const inOffice = (body: (office: Office) => Promise<void>) => async (): Promise<void> => {
  const answers: number[] = []
  const pager = await startServer((_, response) => response.writeHead(answers.shift() ?? 200).end(`heard ${SECRET}`))
  const clock = createFakeClock()
  const log = createMemoryLog(clock)
  // Processes come and go; the log stays.
  const lasting: Log = Object.assign(Object.create(log), { close: async () => undefined })
  const local = `127.0.0.1:${pager.port}`
  let present: Planned | undefined
  const open = async (sweeps: boolean): Promise<Planned> => {
    const options = {
      clock,
      sweeps,
      groups: { ops: ['ada'], leads: ['grace'] },
      privateHosts: [local],
      secrets: async (name: string) => (name === 'PAGER' ? { value: SECRET, hosts: [local] } : undefined),
    }
    present = await plannedTasker(() => fragmentOf([{ name: 'a' }]), options, { log: lasting })
    return present
  }
  const close = async (): Promise<void> => {
    await present?.tasker.close()
    present = undefined
  }
  try {
    await body({
      clock,
      pager,
      answers,
      open: () => open(false),
      after: async (ms) => {
        await close()
        await clock.pass(ms)
        const next = await open(true)
        await clock.pass(2_000)
        return next
      },
      reminded: async (times) => {
        await until('a reminder', () => pager.requests.length >= times)
        return pager.requests.map(({ body }) => JSON.parse(body))
      },
    })
  } finally {
    await close()
    await Promise.all([pager.close(), log.close()])
  }
}

const reminders = ({ origin }: LocalServer): JsonObject => ({
  remind_every_seconds: 3_600,
  remind: { webhook: { url: `${origin}/page`, secret: '${secrets.PAGER}' } },
})

const gateTemplate = (gate: JsonObject) => ({
  name: 'release',
  namespace_name: 'default',
  version: '1.0.0',
  steps: [
    {
      name: 'review',
      type: 'gate',
      handler: { callable: 'catalog:gate', initialization: { question: 'Ship it?', ...gate } },
    },
    { name: 'ship', handler: { callable: 'ok' }, dependencies: ['review'] },
  ],
})

const waits = { until: ({ status }: { readonly status: string }) => status === 'waiting_for_approval' }

const create = async ({ tasker }: Planned, gate: JsonObject): Promise<string> => {
  const task = await tasker.tasks.create(await tasker.template(gateTemplate(gate)), {})
  await task.result(waits)
  return task.id
}

const resultOf = async ({ tasker }: Planned, id: string) => (await tasker.tasks.get(id)).result()

test(
  'people are reminded of an open gate by a signed message, again and again, until one of them decides',
  inOffice(async ({ pager, open, after, reminded }) => {
    const id = await create(await open(), { groups: ['ops'], ...reminders(pager) })
    await after(HOUR)
    const [first] = await reminded(1)
    const question = Reflect.get(Object(first?.message), 'question')
    assert.equal([first?.task, first?.step, question], [id, 'review', 'Ship it?'])
    const [request] = pager.requests
    const signature = String(request?.headers['tasker-signature'])
    assert.ok(isSigned({ signature, body: request?.body ?? '', secret: SECRET, nowMs: Date.now() }))
    const again = await after(HOUR)
    const [, second] = await reminded(2)
    assert.is(Reflect.get(Object(second?.message), 'reminder'), 2)
    assert.is.not(first?.id, second?.id)
    await again.tasker.gates.approve(id, 'review', { actor: 'ada' })
    assert.is((await resultOf(again, id)).status, 'complete')
    const { events } = await after(DAY)
    assert.is(pager.requests.length, 2)
    const said = JSON.stringify(await events(id))
    assert.equal([said.includes(SECRET), said.includes('${secrets.PAGER}')], [false, true])
  }),
)

test(
  'a pager that is out of order is tried again, and one that refuses is not; the gate waits all the same',
  inOffice(async ({ clock, pager, answers, open, after, reminded }) => {
    const id = await create(await open(), reminders(pager))
    answers.push(503, 400)
    const { tasker, events } = await after(HOUR)
    const delivered = async () => (await events(id)).filter(({ type }) => type === 'command-delivered').length
    await reminded(1)
    assert.is(await delivered(), 0)
    await clock.pass(REMINDER_RETRY_MS + 1_000)
    const [first, again] = await reminded(2)
    assert.is(first?.id, again?.id)
    await until('nobody tries any more', async () => (await delivered()) === 1)
    await clock.pass(REMINDER_RETRY_MS + 1_000)
    assert.is(pager.requests.length, 2)
    assert.is((await (await tasker.tasks.get(id)).view()).status, 'waiting_for_approval')
    await after(HOUR)
    assert.is((await reminded(3)).length, 3)
  }),
)

test(
  'when nobody answers in time others are asked and told at once, and have a time of their own',
  inOffice(async ({ pager, open, after, reminded }) => {
    const escalation = { on_timeout: 'escalate', escalate_to: ['leads'], escalate_timeout_seconds: 86_400 }
    const gate = { groups: ['ops'], timeout_seconds: 1_800, ...escalation, ...reminders(pager) }
    const before = await open()
    const decided = await create(before, gate)
    const forgotten = await create(before, gate)
    const { tasker, ...rest } = await after(1_800_000)
    for (const { message } of await reminded(2)) assert.equal(Reflect.get(Object(message), 'groups'), ['leads'])
    const refused = await tasker.gates.approve(decided, 'review', { actor: 'ada' }).catch(({ code }) => code)
    assert.is(refused, 'not_in_group')
    await tasker.gates.approve(decided, 'review', { actor: 'grace' })
    assert.is((await resultOf({ tasker, ...rest }, decided)).status, 'complete')
    const result = await resultOf(await after(DAY), forgotten)
    assert.equal([result.status, result.steps.review?.error?.code], ['blocked_by_failures', 'gate_expired'])
  }),
)

test(
  'a gate outlives every process: months later another one reminds, escalates and hears the answer',
  inOffice(async ({ pager, open, after, reminded }) => {
    const escalation = { timeout_seconds: 90 * 86_400, on_timeout: 'escalate', escalate_to: ['leads'] }
    const gate = { groups: ['ops'], ...escalation, ...reminders(pager), remind_every_seconds: 30 * 86_400 }
    const id = await create(await open(), gate)
    await after(31 * DAY)
    const [first] = await reminded(1)
    assert.is(first?.task, id)
    const months = await after(60 * DAY)
    const [, latest] = await reminded(2)
    assert.equal(Reflect.get(Object(latest?.message), 'groups'), ['leads'])
    const [waiting] = await months.tasker.gates.list(id)
    assert.equal(waiting?.groups, ['leads'])
    await months.tasker.gates.approve(id, 'review', { actor: 'grace' })
    assert.is((await resultOf(months, id)).status, 'complete')
  }),
)

test(
  'while its task is paused nobody is reminded, and afterwards as before',
  inOffice(async ({ clock, pager, open, after, reminded }) => {
    const before = await open()
    const id = await create(before, reminders(pager))
    const by = { kind: 'person', id: 'ada', authenticated: false } as const
    await before.tasker.tasks.ask(id, { type: 'pause-task', reason: 'lunch' }, by)
    const { tasker } = await after(5 * HOUR)
    assert.is(pager.requests.length, 0)
    await tasker.tasks.ask(id, { type: 'resume-task', reason: 'back' }, by)
    await clock.pass(1_000)
    await reminded(1)
  }),
)

test(
  'a plan that waits for its approval reminds its approvers too',
  inOffice(async ({ pager, open, after, reminded }) => {
    const { tasker } = await open()
    const bounds = { allowed_hosts: [`127.0.0.1:${pager.port}`], allowed_secrets: ['PAGER'] }
    const frame = plannedFrame({ approve_plan: { groups: ['ops'], ...reminders(pager) } }, bounds)
    const task = await tasker.tasks.create(await tasker.template(frame), {})
    await task.result(waits)
    const next = await after(HOUR)
    const [told] = await reminded(1)
    assert.match(String(Reflect.get(Object(told?.message), 'question')), 'May the plan of plan be carried out')
    await next.tasker.gates.approve(task.id, 'plan', { actor: 'ada' })
    assert.is((await resultOf(next, task.id)).status, 'complete')
  }),
)

test.run()
