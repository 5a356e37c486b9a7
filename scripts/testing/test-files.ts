/**
 * Which files are test files: those in test/ that are called `*.test.ts`. Found in the source, so that what an earlier
 * build left in dist/ is never run. Tests in any other file would never run, so such a file is an error; only a
 * contract, which test files hand their suites to, may hold some.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface TestFile {
  /** Its path in test/, without `.test.ts`. */
  readonly name: string
  /** The compiled file. */
  readonly script: string
  readonly source: string
}

/** A pattern that finds no test file, or tests that no file runs: neither may look like success. */
export class TestsNotFound extends Error {}

export const findTestFiles = (root: string, patterns: ReadonlyArray<string>): ReadonlyArray<TestFile> => {
  const paths = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.startsWith('example/'))
    .sort()
  const read = paths.map((path) => ({ path, source: readFileSync(join(root, 'test', path), 'utf8') }))
  const stray = read.find(({ path, source }) => isStray(path, source))
  if (stray !== undefined) throw new TestsNotFound(`test/${stray.path} has tests, but is not called *.test.ts`)
  const all = read
    .filter(({ path }) => path.endsWith('.test.ts'))
    .map(({ path, source }) => {
      const name = path.slice(0, -'.test.ts'.length)
      return { name, source, script: join(root, 'dist/test', `${name}.test.js`) }
    })
  if (all.length === 0) throw new TestsNotFound('there is no test file in test/')
  const wanted = patterns.map(trimmed)
  const vain = wanted.find((pattern) => !all.some((file) => file.name.includes(pattern)))
  if (vain !== undefined) throw new TestsNotFound(`no test file's path in test/ holds "${vain}"`)
  return wanted.length === 0 ? all : all.filter((file) => wanted.some((pattern) => file.name.includes(pattern)))
}

/** `test/core/evolve.ts`, `core/evolve.ts` and `core/evolve` all name the same file. */
const trimmed = (pattern: string): string =>
  pattern.replace(/^\.?\/?(dist\/)?test\//, '').replace(/(\.test)?\.(ts|js)$/, '')

export const importsSuite = (source: string): boolean => /^import (?!type ).* from 'uvu'$/m.test(source)

/** Has tests, and is neither a test file nor a contract. */
export const isStray = (path: string, source: string): boolean =>
  importsSuite(source) && !path.endsWith('.test.ts') && !path.endsWith('contract.ts')

/** uvu exits with success when a file forgets to run its suite. */
export const runsItself = (source: string): boolean => /^\s*[\w.]+\.run\(\)/m.test(source)
