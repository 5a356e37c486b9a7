import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loggerTo } from '../../src/cli/logger.js'
import { redacted } from '../../src/cli/redacted.js'
import type { LogFields, LogLevel } from '../../src/ports/logger.js'
import { plannedTasker } from '../support/planned-tasker.js'

const test = suite('the logger')

const lines = (level: LogLevel = 'info') => {
  const written: string[] = []
  const logger = loggerTo({ write: (text) => written.push(text) }, level, {})
  return { logger, said: (): ReadonlyArray<LogFields> => written.map((line) => JSON.parse(line)) }
}

const TASK = '01a20d1a-a77f-7cd8-8dce-7fed68d8775f'

test('a line is JSON with a level, a time and its fields; a stream is told as its task', () => {
  const { logger, said } = lines()
  logger.warn('late', { stream: `task-${TASK}`, step: 'fetch', attempt: 2 })
  logger.debug('not this')
  const [line] = said()
  assert.is(said().length, 1)
  const { level, msg, task, step, attempt, time, stream } = line ?? {}
  assert.equal(
    { level, msg, task, step, attempt, stream },
    {
      level: 'warn',
      msg: 'late',
      task: TASK,
      step: 'fetch',
      attempt: 2,
      stream: undefined,
    },
  )
  assert.match(String(time), /^\d{4}-\d\d-\d\dT.*Z$/)
})

test('what looks like a secret, or has the name of one, is not logged', () => {
  const { logger, said } = lines()
  logger.error('no connection to postgres://ada:hunter2@db/tasker', {
    error: 'Error: GET failed with Authorization: Bearer abcdefgh12345678',
    apiKey: 'sk-ant-api03-whatever',
    nested: { clientSecret: 's3cr3t', list: ['redis://:pw@cache:6379/0', 'key sk-abcdefgh12345'] },
    tokens: 17,
    query: '?api_key=zzz&x=1',
  })
  const text = JSON.stringify(said())
  for (const secret of ['hunter2', 'abcdefgh1', 'whatever', 's3cr3t', ':pw@', 'zzz']) assert.not.match(text, secret)
  assert.match(text, '"tokens":17')
  assert.match(text, 'postgres://ada:[redacted]@db/tasker')
  assert.match(text, '&x=1')
})

test('what holds no secret is as it was', () => {
  const fields = { step: 'plan/fetch[3]', url: 'https://example.org/a?b=c', n: 1, none: null, list: [true] }
  assert.equal(redacted(fields), fields)
})

test('an attempt that fails is logged with its task, step, attempt, handler, code and trace; one that ends, for who asks', async () => {
  const { logger, said } = lines('debug')
  const { tasker } = await plannedTasker(() => '', { logger })
  const template = await tasker.template({
    name: 'two',
    namespace_name: 'default',
    version: '1.0.0',
    steps: [
      { name: 'good', handler: { callable: 'ok' } },
      { name: 'bad', handler: { callable: 'broken' }, dependencies: ['good'] },
    ],
  })
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const task = await tasker.tasks.create(template, {}, { traceparent })
  await task.result()
  await tasker.close()
  const of = (message: string) => said().filter(({ msg }) => msg === message)
  const [ended] = of('an attempt ended')
  assert.equal([ended?.level, ended?.task, ended?.step, ended?.outcome], ['debug', task.id, 'good', 'completed'])
  const [{ time: _, pid: __, ...failed } = {}] = of('an attempt failed')
  assert.equal(failed, {
    level: 'info',
    msg: 'an attempt failed',
    task: task.id,
    step: 'bad',
    attempt: 1,
    handler: 'broken',
    trace: '0af7651916cd43dd8448eb211c80319c',
    code: 'broken',
    retryable: false,
  })
})

test.run()
