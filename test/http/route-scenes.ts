/** What the tests of routes have in common: templates, and waiting for a task and for what is projected of it. */
import * as assert from 'uvu/assert'
import { defineHandler } from '../../src/main.js'
import { until } from '../support/until.js'
import type { Served } from './served.js'

export type Scenario = (served: Served) => Promise<void>

export const greet = defineHandler({ name: 'greet', run: ({ inputs }) => ({ hello: inputs.name ?? 'nobody' }) })
export const fails = defineHandler({
  name: 'fails',
  run: () => {
    throw new Error('it does not work')
  },
})

export const STEP = { name: 'first', handler: { callable: 'greet' }, inputs: { name: '${task.context.name}' } }
export const hello = (version = '1.0.0') => ({ name: 'hello', version, steps: [STEP] })

export const gated = {
  name: 'gated',
  version: '1.0.0',
  steps: [
    {
      name: 'review',
      type: 'gate',
      handler: { callable: 'catalog:gate', initialization: { question: 'May it?', groups: ['board'] } },
    },
    { ...STEP, dependencies: ['review'] },
  ],
}

export const broken = {
  name: 'broken',
  version: '1.0.0',
  steps: [{ name: 'first', handler: { callable: 'fails' }, retry: { max_attempts: 1 } }],
}

export const V1 = '/api/v1'

export const create = async ({ send }: Served, definition: unknown, input: unknown = {}): Promise<string> => {
  const answer = await send('POST', `${V1}/tasks`, { definition, input })
  assert.is(answer.status, 201, answer.text)
  return answer.body.task
}

export const standing = async ({ get }: Served, task: string, status: string): Promise<void> => {
  const { body } = await get(`${V1}/tasks/${task}/result?wait_seconds=20`)
  assert.is(body.status, status)
}

/** What the projections show is a little behind the log. */
export const shown = async (
  served: Served,
  path: string,
  holds: (body: { items: ReadonlyArray<never> }) => boolean,
) => {
  let last = await served.get(path)
  await until(`${path} shows it`, async () => {
    last = await served.get(path)
    return last.status === 200 && holds(last.body)
  })
  return last
}
