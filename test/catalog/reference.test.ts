import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as t from 'io-ts'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createCatalog } from '../../catalog/catalog.js'
import { defineHandler } from '../../catalog/define-handler.js'
import { catalogReference, REFERENCE_FILE } from '../../catalog/reference.js'
import { capabilityPage } from '../../src/core/capability-page.js'
import { closed } from '../../src/core/closed.js'
import { packageRoot } from '../../src/package-root.js'

test('the reference in the repository is what the definitions say: npm run reference', () => {
  assert.fixture(readFileSync(join(packageRoot, REFERENCE_FILE), 'utf8'), catalogReference())
})

test('every handler of the catalog has a page with its errors and its result', () => {
  const { handlers } = createCatalog()
  assert.is(handlers.length, 11)
  for (const { capability } of handlers) {
    const page = capabilityPage(capability)
    assert.match(page, `## ${capability.callable}\n`)
    for (const { code } of capability.errors) assert.match(page, `| \`${code}\` |`)
    assert.match(page, '### Result')
    for (const key of Object.keys(Object(capability.configSchema.properties))) assert.match(page, `\`${key}\``)
  }
})

test('a handler of a user has a page like any other', () => {
  const { capability } = defineHandler({
    name: 'Orders::Ship',
    summary: 'Ships an order.',
    config: closed({ order: t.string }, { lines: t.array(closed({ id: t.number }, { note: t.string })) }),
    output: closed({ parcel: t.union([t.string, t.null], 'text or null') }),
    errors: [{ code: 'lost', retryable: true, when: 'the parcel | the order is lost' }],
    run: () => ({ parcel: null }),
  })
  const page = capabilityPage(capability)
  assert.match(page, '| **`order`** | text |  |')
  assert.match(page, '| **`lines[].id`** | number |  |')
  assert.match(page, '| `lines[].note` | text |  |')
  assert.match(page, '| **`parcel`** | text, or null |  |')
  assert.match(page, '| `lost` | yes | the parcel \\| the order is lost |')
})

test.run()
