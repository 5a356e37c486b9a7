/** Histories that were recorded by this release, or an earlier one, are read for ever, and come to what they came to. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readTask } from '../../src/audit/told-task.js'
import { EVENTS } from '../../src/core/event.js'
import type { Json } from '../../src/core/json.js'
import type { TaskState } from '../../src/core/state.js'
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

const eventsOf = async (name: string) => {
  const { record, stream } = recordIn(join(folder, `${name}.ndjson`))
  const told = await readTask(record, stream)
  if (E.isLeft(told)) throw new Error(told.left.message)
  return told.right
}

test('is there for every event that there is; record one where a new type comes (record-histories.ts)', async () => {
  const seen = new Set<string>()
  for (const name of names) for (const { type } of (await eventsOf(name)).events) seen.add(type)
  assert.equal(
    Object.keys(EVENTS).filter((type) => !seen.has(type)),
    [],
  )
})

/** What may be under way where a task is forked. */
const CORNERS = ['batch', 'call', 'child', 'fan-out', 'gate', 'plan', 'publication', 'retry', 'running', 'wait']

const cornersOf = (state: TaskState): ReadonlyArray<string> =>
  state.nodes.flatMap(({ state: step, definition, group, planning }) => [
    ...(group?.instances.some((id) => state.nodes[id]?.own === undefined)
      ? [definition.type === 'batch_worker' ? 'batch' : 'fan-out']
      : []),
    ...(step.kind === 'in_progress' ? ['running'] : []),
    ...(step.kind === 'waiting_for_approval' ? ['gate'] : []),
    ...(step.kind === 'waiting_for_retry' ? ['retry'] : []),
    ...(step.kind === 'waiting' ? [step.wait.child === undefined ? 'wait' : 'child'] : []),
    ...(planning !== undefined && state.reserved.plannerCalls > 0 ? ['call'] : []),
    ...(planning !== undefined && state.reserved.steps > 0 ? ['plan'] : []),
    ...(state.toPublish.length > 0 ? ['publication'] : []),
  ])

for (const name of names) {
  test(`${name}: its chain is proven, and its fold comes to the view that was frozen`, async () => {
    const bundle = join(folder, `${name}.ndjson`)
    assert.is((await proofOf(bundle)).kind, 'intact')
    const frozen = JSON.parse(readFileSync(join(folder, `${name}.outcome.json`), 'utf8'))
    holds(frozen, JSON.parse(JSON.stringify(await outcomeOf(bundle))), name)
  })
}

const corners = new Set<string>()

for (const name of names) {
  test(`${name}: a fork from any of its versions is what the task was then`, async () => {
    const told = await eventsOf(name)
    const { events } = told
    const times = told.times.map((time) => Date.parse(time))
    const olds = new Map(events.map(({ id, metadata }) => [id, metadata.copyOf ?? id]))
    let forks = 0
    for (let at = 1; at <= events.length; at += 1) {
      const forked = fork(events, at, { times, nowMs: times[at - 1] ?? 0 })
      if (E.isLeft(forked)) {
        assert.ok(['inside_decision', 'task_closed'].includes(forked.left.code), forked.left.message)
        continue
      }
      forks += 1
      const before = foldTask(events.slice(0, at))
      for (const corner of cornersOf(before)) corners.add(corner)
      const copies = new Map(forked.right.events.map(({ id, metadata }) => [id, metadata.copyOf ?? id]))
      const is = inCommon(forked.right.state, (id) => copies.get(id) ?? id)
      const was = inCommon(before, (id) => olds.get(id) ?? id)
      // Texts of this length are nothing that a person compares.
      assert.ok(is === was, `the fork at ${at} is not what the task was`)
    }
    assert.ok(forks > 2)
  })
}

test('something of every kind was under way where one was forked', () => {
  assert.equal([...corners].sort(), CORNERS)
})

test.run()
