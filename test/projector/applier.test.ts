/** However the log comes in pages, and however often folds are let go of, the rows are the same. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PROJECTIONS } from '../../projections/projections.js'
import { createMemoryStore } from '../../src/log/memory-store.js'
import { packageRoot } from '../../src/package-root.js'
import { Applier } from '../../src/projector/applier.js'
import type { PlainEvent } from '../../src/projector/event-pages.js'
import { recordIn } from '../audit/kept-history.js'
import { runSeed } from '../simulation/run-seed.js'
import { MemoryTable, pagesIn, plainEvent, rowsOf } from '../support/projected-rows.js'

const test = suite('applier')

const HISTORIES = join(packageRoot, 'test/audit/histories')

const keptHistories = async (): Promise<ReadonlyArray<readonly [string, ReadonlyArray<PlainEvent>]>> =>
  Promise.all(
    readdirSync(HISTORIES)
      .filter((name) => name.endsWith('.ndjson'))
      .map(async (name) => {
        const { record, stream } = recordIn(join(HISTORIES, name))
        return [name, (await record.readStream(stream, 0)).map(plainEvent)] as const
      }),
  )

/** One event at a time every row is made at once; in one page only the last state of each is. */
const isTheSameInPages = async (name: string, events: ReadonlyArray<PlainEvent>): Promise<void> => {
  for (const projection of PROJECTIONS) {
    const whole = await rowsOf(projection, events)
    for (const pageSize of [1, 7]) {
      assert.equal(await rowsOf(projection, events, pageSize), whole, `${projection.name} of ${name} by ${pageSize}`)
    }
  }
}

test('stored histories give the same rows in pages of any size', async () => {
  for (const [name, events] of await keptHistories()) await isTheSameInPages(name, events)
})

test('so do random tasks in a world in which processes die', async () => {
  for (let seed = 1; seed <= 15; seed += 1) {
    const store = createMemoryStore()
    await runSeed(seed, { store })
    await isTheSameInPages(`seed ${seed}`, store.events.map(plainEvent))
  }
})

test('a fold that was let go of is read again, and goes on where it was', async () => {
  const store = createMemoryStore()
  await runSeed(7, { store })
  const events = store.events.map(plainEvent)
  for (const projection of PROJECTIONS) {
    const whole = await rowsOf(projection, events)
    const table = new MemoryTable(projection)
    // A new applier for each page remembers nothing.
    for (let at = 0; at < events.length; at += 5) {
      const { changes } = await new Applier([projection], pagesIn(events)).apply(events.slice(at, at + 5))
      for (const of of changes) table.write(of.writes())
    }
    assert.equal(table.rows(), whole, projection.name)
  }
})

test.run()
