/**
 * Records the histories that are kept for ever: really runs each task and writes its bundle, with what a replay of it
 * comes to beside it. What exists is not recorded anew: histories of one release must be read by every later one.
 *
 *   node dist/test/audit/record-histories.js
 */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleLines } from '../../src/audit/bundle.js'
import { packageRoot } from '../../src/package-root.js'
import { demonstrationHistory } from './demonstration-history.js'
import { HISTORIES_OF_DECISIONS } from './histories-of-decisions.js'
import { HISTORIES_OF_ENDS } from './histories-of-ends.js'
import { HISTORIES_OF_STEPS } from './histories-of-steps.js'
import { outcomeOf } from './kept-history.js'
import { linesOf } from './recorded-task.js'

const folder = join(packageRoot, 'test/audit/histories')

for (const [name, run] of Object.entries({
  ...HISTORIES_OF_STEPS,
  ...HISTORIES_OF_DECISIONS,
  ...HISTORIES_OF_ENDS,
  'life-expectancy': demonstrationHistory,
})) {
  const bundle = join(folder, `${name}.ndjson`)
  if (existsSync(bundle)) continue
  const { log, stream, close } = await run()
  const lines = await linesOf(bundleLines(log, stream))
  await close()
  writeFileSync(bundle, lines.map((line) => `${line}\n`).join(''))
  const outcome = await outcomeOf(bundle)
  writeFileSync(join(folder, `${name}.outcome.json`), `${JSON.stringify(outcome, null, 1)}\n`)
  process.stdout.write(`${name}: ${lines.length} lines, ${JSON.stringify(outcome.view.status)}\n`)
}
