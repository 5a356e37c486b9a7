/** Histories that were recorded by this release, or an earlier one, are read for ever, and come to what they came to. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Json } from '../../src/core/json.js'
import { packageRoot } from '../../src/package-root.js'
import { outcomeOf, proofOf } from './kept-history.js'

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

test.run()
