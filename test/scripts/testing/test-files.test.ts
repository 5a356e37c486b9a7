import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findTestFiles, TestsNotFound } from '../../../scripts/testing/test-files.js'
import { withFolder } from '../../support/temporary-folder.js'

const SUITE = "import { test } from 'uvu'\ntest.run()\n"

const withTree = (files: Readonly<Record<string, string>>, work: (root: string) => void): Promise<void> =>
  withFolder(async (root) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, 'test', path)), { recursive: true })
      writeFileSync(join(root, 'test', path), text)
    }
    work(root)
  })

const TREE = {
  'core/evolve.test.ts': SUITE,
  'core/decide.test.ts': SUITE,
  'log/contract.ts': "import { suite } from 'uvu'\n",
  'log/writer.ts': 'export const x = 1\n',
  'support/postgres.ts': 'export const x = 1\n',
}

test('test files are found in the source and run compiled', () =>
  withTree(TREE, (root) => {
    const files = findTestFiles(root, [])
    assert.equal(
      files.map(({ name }) => name),
      ['core/decide', 'core/evolve'],
    )
    assert.is(files[1]?.script, join(root, 'dist/test/core/evolve.test.js'))
  }))

test('a pattern may name a folder, a file, or the path of a file', () =>
  withTree(TREE, (root) => {
    const named = (...patterns: string[]): ReadonlyArray<string> =>
      findTestFiles(root, patterns).map(({ name }) => name)
    assert.equal(named('core'), ['core/decide', 'core/evolve'])
    for (const pattern of ['core/evolve', 'evolve', 'test/core/evolve.test.ts', './dist/test/core/evolve.test.js']) {
      assert.equal(named(pattern), ['core/evolve'], pattern)
    }
    assert.equal(named('evolve', 'decide').length, 2)
  }))

test('a pattern that names nothing is an error, also beside one that does', () =>
  withTree(TREE, (root) => {
    assert.throws(
      () => findTestFiles(root, ['evolve', 'evovle']),
      (error: unknown) => error instanceof TestsNotFound,
    )
  }))

test('tests in a file that nobody would run are an error', () =>
  withTree({ ...TREE, 'core/readiness.ts': SUITE }, (root) => {
    assert.throws(() => findTestFiles(root, []), /core\/readiness\.ts has tests/)
  }))

test('a tree without tests is an error', () =>
  withTree({ 'support/x.ts': '' }, (root) => {
    assert.throws(() => findTestFiles(root, []), /no test file/)
  }))

test.run()
