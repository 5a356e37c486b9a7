/** Histories that were recorded by this release, or an earlier one, are read for ever, and come to what they came to. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readTask } from '../../src/audit/told-task.js'
import type { Json } from '../../src/core/json.js'
import { packageRoot } from '../../src/package-root.js'
import { foldTask, fork, inCommon } from '../core/decide/forked.js'
import { outcomeOf, proofOf, recordIn } from './kept-history.js'

const test = suite('a kept history')

const folder = join(packageRoot, 'test/audit/histories')
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ndjson'))
  .map((file) => file.replace('.ndjson', ''))

/** Today's view may say more than the one that was frozen, never something else. */
const holds = (frozen: Json, today: Json, at: string): void => {
  if (typeof frozen !== 'object' || frozen === null || Array.isArray(frozen)) return assert.equal(today, frozen, at)
  for (const [key, value] of Object.entries(frozen)) {
    const other = typeof today === 'object' && today !== null && key in today ? Reflect.get(today, key) : undefined
    holds(value, other ?? null, `${at}.${key}`)
  }
}

test('is there for what a task can come to', () => {
  assert.ok(names.length >= 14)
})

for (const name of names) {
  test(`${name}: its chain is proven, and its fold comes to the view that was frozen`, async () => {
    const bundle = join(folder, `${name}.ndjson`)
    assert.is((await proofOf(bundle)).kind, 'intact')
    const frozen = JSON.parse(readFileSync(join(folder, `${name}.outcome.json`), 'utf8'))
    holds(frozen, JSON.parse(JSON.stringify(await outcomeOf(bundle))), name)
  })
}

for (const name of names) {
  test(`${name}: a fork from any of its versions is what the task was then`, async () => {
    const { record, stream } = recordIn(join(folder, `${name}.ndjson`))
    const told = await readTask(record, stream)
    if (E.isLeft(told)) throw new Error(told.left.message)
    const { events } = told.right
    const times = told.right.times.map((time) => Date.parse(time))
    const olds = new Map(events.map(({ id, metadata }) => [id, metadata.copyOf ?? id]))
    let forks = 0
    for (let at = 1; at <= events.length; at += 1) {
      const forked = fork(events, at, { times, nowMs: times[at - 1] ?? 0 })
      if (E.isLeft(forked)) {
        assert.ok(['inside_decision', 'task_closed'].includes(forked.left.code), forked.left.message)
        continue
      }
      forks += 1
      const copies = new Map(forked.right.events.map(({ id, metadata }) => [id, metadata.copyOf ?? id]))
      const is = inCommon(forked.right.state, (id) => copies.get(id) ?? id)
      const was = inCommon(foldTask(events.slice(0, at)), (id) => olds.get(id) ?? id)
      // Texts of this length are nothing that a person compares.
      assert.ok(is === was, `the fork at ${at} is not what the task was`)
    }
    assert.ok(forks > 2)
  })
}

test.run()
