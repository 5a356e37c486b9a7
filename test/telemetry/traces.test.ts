/** One task is one trace, whoever runs it: spans of two processes, connected through the log. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { trace } from '@opentelemetry/api'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import { creationOf } from '../../src/engine/creation.js'
import { uuidv7 } from '../../src/engine/ids.js'
import { createRow, readRow } from '../../src/engine/inbox-rows.js'
import { migrate } from '../../src/log/schema.js'
import { createTasker } from '../../src/main.js'
import { outcome } from '../../src/ports/handler.js'
import { passingSpan } from '../../src/ports/traces.js'
import { systemClock } from '../../src/system-clock.js'
import { contextIn, createTraces } from '../../src/telemetry/traces.js'
import { startServer } from '../catalog/http/local-server.js'
import { installed } from '../cli/installed.js'
import { fragmentOf, ok, plannedFrame, plannedTasker } from '../support/planned-tasker.js'
import { freshDatabase } from '../support/postgres.js'
import { templateWith } from '../support/small-engine.js'
import { flaky } from './flaky-handler.js'
import { type KeptSpan, keepSpans } from './span-keeper.js'

const test = suite('traces')

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

/** The names from a span up to where its trace begins. */
const pathOf = (spans: ReadonlyArray<KeptSpan>, span: KeptSpan): ReadonlyArray<string> => {
  const above = spans.find(({ id }) => id === span.parent)
  return above === undefined ? [span.name] : [span.name, ...pathOf(spans, above)]
}

const pathsOf = (spans: ReadonlyArray<KeptSpan>, name: string): ReadonlyArray<string> =>
  spans.filter((span) => span.name === name).map((span) => pathOf(spans, span).join(' < '))

test(
  'a task that one process creates and another runs is one trace, from the request to what its handlers call',
  installed([flaky], async ({ environment, tasker }) => {
    const server = await startServer((_, response) => response.end('{}'))
    const order = { databaseUrl: environment.DATABASE_URL, privateHosts: [`127.0.0.1:${server.port}`] }
    const worker = fork(fileURLToPath(new URL('traced-process.js', import.meta.url)), [JSON.stringify(order)])
    await once(worker, 'message')
    const kept = keepSpans()
    const template = await tasker.template({
      name: 'fetching',
      namespace_name: 'default',
      version: '1.0.0',
      steps: [
        { name: 'try', handler: { callable: 'flaky' }, retry: { max_attempts: 2 } },
        {
          name: 'fetch',
          handler: { callable: 'catalog:http_request', initialization: { url: `${server.origin}/x?secret=1` } },
          dependencies: ['try'],
        },
      ],
    })
    const request = trace.getTracer('test').startActiveSpan('request', async (span) => {
      const task = await tasker.tasks.create(template, {})
      span.end()
      return task
    })
    assert.is((await (await request).result()).status, 'complete')
    const told = once(worker, 'message')
    worker.send('leave')
    const [theirs] = await told
    const spans: ReadonlyArray<KeptSpan> = [...kept.spans(), ...theirs]
    kept.forget()
    await server.close()

    const roots = spans.filter(({ parent }) => parent === undefined).map(({ name }) => name)
    assert.equal(roots, ['request'])
    assert.is(new Set(spans.map((span) => span.trace)).size, 1)
    const above = 'create fetching < request'
    assert.equal(pathsOf(spans, 'GET'), [`GET < handle catalog:http_request < attempt < step fetch < ${above}`])
    assert.ok(pathsOf(spans, 'claim').includes(`claim < ${above}`), 'the hint has brought the trace along')
    assert.equal(pathsOf(spans, 'handle flaky'), [
      `handle flaky < attempt < step try < ${above}`,
      `handle flaky < attempt < step try < ${above}`,
    ])
    assert.equal(
      spans
        .filter(({ name }) => name === 'attempt')
        .map(({ attributes, failed }) => [attributes['tasker.attempt'], failed]),
      [
        [1, true],
        [2, false],
        [1, false],
      ],
    )
    const [get] = spans.filter(({ name }) => name === 'GET')
    assert.is(server.requests[0]?.headers.traceparent, `00-${get?.trace}-${get?.id}-01`)
    assert.not.match(JSON.stringify(get?.attributes), 'secret', 'a query is nobody else’s')
    const recorded = await tasker.log.readStream(`task-${(await request).id}`, 0)
    assert.ok(recorded.every(({ metadata }) => JSON.parse(metadata).trace.includes(get?.trace)))
  }),
)

test('an attempt that was given back and the one that another process makes stand beside each other below their step', async () => {
  const database = await freshDatabase()
  await migrate(database.url)
  const kept = keepSpans()
  let began: () => void = () => undefined
  const running = new Promise<void>((resolve) => {
    began = resolve
  })
  const handOver = defineHandler({
    name: 'hand-over',
    run: ({ context }) => {
      if (context.step.attempt > 1) return {}
      began()
      return new Promise(() => undefined)
    },
  })
  const open = () => createTasker({ databaseUrl: database.url, handlers: [handOver] })
  const first = await open()
  const template = await first.template({
    name: 'handed',
    namespace_name: 'default',
    version: '1.0.0',
    steps: [{ name: 'work', handler: { callable: 'hand-over' } }],
  })
  const { id } = await first.tasks.create(template, {})
  await running
  await first.close({ graceMs: 0 })
  const second = await open()
  assert.is((await (await second.tasks.get(id)).result()).status, 'complete')
  const recorded = await second.log.readStream(`task-${id}`, 0)
  await second.close()
  const spans = kept.spans()
  kept.forget()
  const attempts = spans.filter(({ name }) => name === 'attempt')
  assert.equal(
    attempts.map(({ attributes }) => attributes['tasker.attempt']),
    [1, 2],
  )
  const steps = spans.filter(({ name }) => name === 'step work')
  assert.is(steps.length, 1, 'the second process found its context in the log')
  assert.ok(attempts.every(({ parent }) => parent === steps[0]?.id))
  const [claim] = recorded.filter(({ type }) => type === 'step-started')
  assert.is(
    JSON.parse(claim?.metadata ?? '{}').trace,
    `00-${steps[0]?.trace}-${steps[0]?.id}-01`,
    'also had it reported nothing',
  )
  await database.drop()
})

test('a planner’s call is a span below its attempt, with its model and tokens', async () => {
  const kept = keepSpans()
  const { tasker } = await plannedTasker(() => fragmentOf([{ name: 'a' }]))
  const task = await tasker.tasks.create(
    await tasker.template(plannedFrame({ model: 'some-model' })),
    {},
    { traceparent: TRACEPARENT },
  )
  await task.result()
  await tasker.close()
  const spans = kept.spans()
  kept.forget()
  assert.equal(pathsOf(spans, 'chat some-model'), ['chat some-model < attempt < step plan < create planned'])
  const [call] = spans.filter(({ name }) => name === 'chat some-model')
  assert.is(call?.attributes['gen_ai.usage.input_tokens'], 10)
  assert.equal(pathsOf(spans, 'step plan/a'), ['step plan/a < create planned'])
  assert.ok(
    spans.every((span) => span.trace === '0af7651916cd43dd8448eb211c80319c'),
    'it goes on with what it was given',
  )
})

test('without an SDK nothing is made, and a context that came from elsewhere is handed on', async () => {
  const traces = createTraces()
  assert.is(traces.isOn, false)
  assert.is(traces.active(), undefined)
  assert.is(traces.start({ name: 'x', parent: TRACEPARENT }).traceparent, TRACEPARENT)
  assert.is(traces.start({ name: 'x' }), passingSpan(undefined), 'one span for all')
  const { tasker, events } = await plannedTasker(() => '')
  const template = await tasker.template({
    name: 'quiet',
    namespace_name: 'default',
    version: '1.0.0',
    steps: [{ name: 'ok', handler: { callable: 'ok' } }],
  })
  const given = await tasker.tasks.create(template, {}, { traceparent: TRACEPARENT })
  await given.result()
  const none = await tasker.tasks.create(template, {})
  await none.result()
  assert.ok((await events(given.id)).every(({ metadata }) => metadata.trace === TRACEPARENT))
  assert.ok((await events(none.id)).every(({ metadata }) => !('trace' in metadata)))
  await tasker.close()
})

test('a child task is below the step of its parent that waits for it', async () => {
  const kept = keepSpans()
  const inner = JSON.parse(JSON.stringify({ ...templateWith({ inner: ['ok'] }), name: 'child' }))
  const asking = defineHandler({
    name: 'asking',
    run: () =>
      outcome({
        kind: 'child-requested',
        child: uuidv7(Date.now()),
        template: { value: { ...inner, steps: [{ ...inner.steps[0], handler: 'ok', dependencies: [] }] } },
        input: { value: {} },
        onFailure: 'fail',
      }),
  })
  const { tasker } = await plannedTasker(() => '', { handlers: [asking, ok] })
  const template = await tasker.template({
    name: 'parent',
    namespace_name: 'default',
    version: '1.0.0',
    steps: [{ name: 'ask', handler: { callable: 'asking' } }],
  })
  assert.is((await (await tasker.tasks.create(template, {})).result()).status, 'complete')
  await tasker.close()
  const spans = kept.spans()
  kept.forget()
  assert.equal(pathsOf(spans, 'step inner'), ['step inner < create child < step ask < create parent'])
})

test('a task that a transaction leaves in the inbox takes its trace along', async () => {
  const needs = { clock: systemClock, vocabularyDigest: '', checkInput: async () => undefined }
  const template = templateWith({ work: [] })
  const creation = await creationOf(needs, template, {}, { traceparent: TRACEPARENT })
  const read = readRow({ id: 1, ...createRow(creation) })
  assert.is(read?.kind === 'create' ? read.data.trace : undefined, TRACEPARENT)
})

test('only what the W3C calls a context is one', () => {
  assert.equal(contextIn(TRACEPARENT), {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 1,
    isRemote: true,
  })
  for (const wrong of [
    '',
    'x',
    TRACEPARENT.toUpperCase(),
    TRACEPARENT.replace('00-', 'ff-'),
    TRACEPARENT.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)),
    TRACEPARENT.replace('b7ad6b7169203331', '0'.repeat(16)),
    TRACEPARENT.slice(0, -1),
  ]) {
    assert.is(contextIn(wrong), undefined, wrong)
  }
})

test.run()
