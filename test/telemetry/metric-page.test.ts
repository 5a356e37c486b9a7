import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { packageRoot } from '../../src/package-root.js'
import { METRICS_FILE, metricsReference } from '../../src/telemetry/metric-page.js'
import { METRICS } from '../../src/telemetry/metric-table.js'

test('the documentation in the repository is made of the table as it is', () => {
  assert.fixture(readFileSync(join(packageRoot, METRICS_FILE), 'utf8'), metricsReference())
})

test('the documentation names every metric, and no other', () => {
  const named = [...metricsReference().matchAll(/^\| `(tasker_\w+)`/gm)].map(([, name]) => name)
  assert.equal(named.sort(), Object.keys(METRICS).sort())
})

test.run()
