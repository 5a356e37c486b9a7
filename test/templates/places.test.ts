import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { defineHandler } from '../../catalog/define-handler.js'
import { vocabularyOf } from '../../catalog/vocabulary.js'
import { loadTemplate } from '../../src/templates/load-template.js'

const test = suite('faults of a template, in their places')

const vocabulary = vocabularyOf([defineHandler({ name: 'work', methods: ['refund'], run: () => null })])

const HEAD = ['name: order', 'steps:']
const WORK = 'handler: {callable: work}'

/** The line on which a fault stands, after the head; and its code, path and line as they are told. */
const FAULTS: ReadonlyArray<readonly [code: string, path: string, line: number, ...lines: ReadonlyArray<string>]> = [
  ['schema', 'steps.0.type', 4, '  - name: a', '    type: magical', `    ${WORK}`],
  ['schema', 'steps.0.nmae', 4, `  - ${WORK}`, '    nmae: a'],
  ['step_name', 'steps.0.name', 3, `  - {name: Big-Step, ${WORK}}`],
  ['reserved_name', 'steps.0.name', 3, `  - {name: task, ${WORK}}`],
  ['duplicate_step', 'steps.1.name', 4, `  - {name: a, ${WORK}}`, `  - {name: a, ${WORK}}`],
  ['missing_dependency', 'steps.0.dependencies.0', 4, '  - name: a', '    dependencies: [b]', `    ${WORK}`],
  [
    'cycle',
    'steps.1.dependencies',
    4,
    `  - {name: a, dependencies: [b], ${WORK}}`,
    `  - {name: b, dependencies: [a], ${WORK}}`,
  ],
  ['unknown_handler', 'steps.0.handler.callable', 5, '  - name: a', '    handler:', '      callable: nobody'],
  ['unknown_method', 'steps.0.handler.method', 4, '  - name: a', '    handler: {callable: work, method: refnud}'],
  ['batch_worker_orphaned', 'steps.0.name', 3, '  - name: a', '    type: batch_worker', `    ${WORK}`],
  ['batch_worker_missing', 'steps.0.name', 3, '  - name: a', '    type: batchable', `    ${WORK}`],
  ['decision_without_descendants', 'steps.0.name', 3, '  - name: a', '    type: decision', `    ${WORK}`],
  ['convergence_without_dependencies', 'steps.0.name', 3, `  - {name: a, type: deferred_convergence, ${WORK}}`],
  ['misplaced_key', 'steps.0.requires', 4, '  - name: a', '    requires: any', `    ${WORK}`],
  ['not_supported', 'steps.0.composition', 5, '  - name: a', `    ${WORK}`, '    composition: [x]'],
  [
    'duplicate_event',
    'steps.0.publishes_events.1',
    4,
    `  - {name: a, ${WORK},`,
    '     publishes_events: [paid, paid]}',
  ],
  ['event_not_published', 'domain_events.0.name', 4, `  - {name: a, ${WORK}}`, 'domain_events: [{name: paid}]'],
  [
    'unknown_step',
    'environments.test.steps.0.name',
    6,
    `  - {name: a, ${WORK}}`,
    'environments:',
    '  test:',
    '    steps: [{name: b}]',
  ],
  [
    'unknown_system',
    'steps.0.system_dependency',
    4,
    '  - name: a',
    '    system_dependency: mail',
    `    ${WORK}`,
    'system_dependencies: {primary: ledger}',
  ],
]

test('each is told with its code, its path and its line', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tasker-places-'))
  try {
    const file = join(folder, 'order.yaml')
    for (const [code, path, line, ...lines] of FAULTS) {
      await writeFile(file, [...HEAD, ...lines, ''].join('\n'))
      const loaded = await loadTemplate(file, vocabulary)
      const errors = E.isLeft(loaded) ? loaded.left : []
      const found = errors.find((error) => error.code === code && error.path === path)
      assert.ok(found, `${code} at ${path} is not among ${JSON.stringify(errors)}`)
      assert.is(found?.line, line, `${code} stands on line ${line}, not ${found?.line}`)
      assert.ok((found?.column ?? 0) > 0 && (found?.message.length ?? 0) > 10, code)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test.run()
