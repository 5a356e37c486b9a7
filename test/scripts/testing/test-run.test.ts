import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runsItself } from '../../../scripts/testing/test-files.js'
import { judge, runTestFile, type TestResult } from '../../../scripts/testing/test-run.js'
import { packageRoot } from '../../../src/package-root.js'
import { withFolder } from '../../support/temporary-folder.js'

const UVU = JSON.stringify(join(packageRoot, 'node_modules/uvu/dist/index.mjs'))

/** Runs a file of JavaScript as the runner would run a test file. */
const ran = async (body: string, limitMs?: number): Promise<TestResult> => {
  const results: TestResult[] = []
  await withFolder(async (folder) => {
    const script = join(folder, 'x.mjs')
    const source = `import { test } from ${UVU}\n${body}`
    writeFileSync(script, source)
    results.push(await runTestFile({ name: 'x', script, source }, { GREETING: 'hello' }, limitMs))
  })
  const [result] = results
  if (result === undefined) throw new Error('nothing ran')
  return result
}

test('a file whose tests pass is counted, with the environment that it was given', async () => {
  const result = await ran(`
    test('a', () => { if (process.env.GREETING !== 'hello') throw new Error() })
    test('b', () => {})
    test.skip('c', () => {})
    test.run()`)
  assert.equal(result.faults, [])
  assert.equal([result.total, result.passed, result.failed, result.skipped], [2, 2, 0, 1])
})

test('a failing test is a fault, and its output is kept whole', async () => {
  const result = await ran(`
    test('a', () => { throw new Error('the very reason') })
    test('b', () => {})
    test.run()`)
  assert.equal(result.faults, ['1 of 2 failed'])
  assert.match(result.output, 'the very reason')
})

test('a file that ends well without having run its tests is a fault', async () => {
  assert.match((await ran(`test('a', () => {})`)).faults.join(), 'does not run its suite')
  assert.match((await ran(`test('a', () => {})\nif (false)\ntest.run()`)).faults.join(), 'it ran no test')
  assert.match(
    (await ran(`test.before(() => { throw new Error() })\ntest('a', () => {})\ntest.run()`)).faults.join(),
    '1 of 1 failed',
  )
})

test('a file that ends badly after its tests passed is a fault', async () => {
  const result = await ran(`test('a', () => {})\ntest.run()\nprocess.on('exit', () => { process.exitCode = 7 })`)
  assert.equal(result.faults, ['it ended with 7'])
})

test('a file that does not end is ended, with all its processes, and named', async () => {
  const result = await ran(
    `
    import { spawn } from 'node:child_process'
    spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
    test('a', () => new Promise(() => setInterval(() => {}, 1000)))
    test.run()`,
    1_500,
  )
  assert.match(result.faults.join(), 'it had not ended after 1.5 s')
})

test('totals are believed only where they add up', () => {
  const totals = (total: number, passed: number): string =>
    `  Total:     ${total}\n  Passed:    ${passed}\n  Skipped:   0\n`
  assert.equal(judge(totals(3, 3), 0).faults, [])
  assert.equal(judge(totals(3, 2), 1).faults, ['1 of 3 failed'])
  assert.equal(judge(totals(3, 2), 0).faults, ['1 of 3 failed'])
  assert.equal(judge(totals(0, 0), 0).faults, ['it ran no test'])
  assert.equal(judge('', 1).faults, ['it ran no test', 'it ended with 1'])
  assert.equal(judge(totals(3, 3), null).faults, ['it ended with a signal'])
  assert.is(judge(`${totals(9, 1)}\n\u001b[32m${totals(3, 3)}\u001b[39m`, 0).total, 3)
})

test('a run that is only mentioned is no run', () => {
  assert.ok(runsItself('test.run()'))
  assert.ok(runsItself('commands.run()\n'))
  assert.not.ok(runsItself('// test.run()'))
  assert.not.ok(runsItself('await task.running()'))
})

test.run()
