import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { TaskState } from '../../src/core/state.js'
import type { TaskGlance } from '../../src/core/view.js'
import { standstill } from '../../src/engine/standstill.js'
import { given } from '../support/given.js'
import { startSmallEngine, templateWith } from '../support/small-engine.js'

const test = suite('waiting for a task')

const APPENDS = 50

/** How many steps are read while somebody follows a task of this width through so many appends. */
const stepsReadAt = async (width: number): Promise<number> => {
  const names = Array.from({ length: width }, (_, index) => `wide_${index}`)
  const { state } = given(templateWith(Object.fromEntries(names.map((name) => [name, []]))))
  let read = 0
  const nodes = new Proxy(state.nodes, {
    get: (target, key, receiver) => {
      if (typeof key === 'string' && /^\d+$/.test(key)) read += 1
      return Reflect.get(target, key, receiver)
    },
  })
  const counted: TaskState = { ...state, nodes }
  let asked = 0
  const small = await startSmallEngine({ run: () => null })
  const engine = {
    slots: small.engine.slots,
    look: async (_stream: string, see: (seen: TaskState) => void) => {
      see(counted)
      return true
    },
    watch: (_stream: string, listener: (seen: TaskState) => void) => {
      queueMicrotask(() => {
        for (let append = 0; append < APPENDS; append += 1) listener(counted)
      })
      return () => undefined
    },
  }
  const clock = { now: () => 0, random: () => 0, after: () => ({ cancel: () => undefined }) }
  const ends = { wait: () => () => undefined }
  const until = ({ steps }: TaskGlance): boolean => {
    asked += 1
    return steps.created < width || asked > APPENDS
  }
  await standstill({ engine, clock, ends }, 'task-any', { until })
  await small.stop()
  assert.ok(asked > APPENDS, 'nobody was asked after each append')
  return read
}

test('following a task costs as much after each append, however wide it is', async () => {
  const narrow = await stepsReadAt(5)
  assert.is(await stepsReadAt(2_000), narrow)
  assert.ok(narrow <= 2 * (APPENDS + 2))
})

test('a wide task is followed to its end, and each look adds up', async () => {
  const small = await startSmallEngine({ run: () => null })
  const width = 200
  const wide = Object.fromEntries(Array.from({ length: width }, (_, index) => [`wide_${index}`, ['first']]))
  const task = await small.tasks.create(templateWith({ first: [], ...wide }), {})
  const seen: TaskGlance['steps'][] = []
  const result = await task.result({ until: ({ steps }) => seen.push(steps) < 0 })
  await small.stop()
  assert.is(result.status, 'complete')
  // Nobody is asked any more once the task is over.
  assert.equal(seen.at(-1), { created: width + 1, settled: width, inFlight: 1, waiting: 0 })
  assert.ok(seen.every(({ created, settled, inFlight }) => settled + inFlight <= created))
})

test.run()
