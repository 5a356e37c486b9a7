/**
 * Which files are test files: everything in test/ that imports `uvu`, but for test/support, which tests share. Found
 * in the source, so that what an earlier build left in dist/ is never run.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface TestFile {
  /** Its path in test/, without the ending. */
  readonly name: string
  /** The compiled file. */
  readonly script: string
  readonly source: string
}

/** A pattern, or no pattern at all, that finds no test file: a typing error must not look like success. */
export class NothingMatches extends Error {}

const NOT_TESTS = ['support', 'example']

export const findTestFiles = (root: string, patterns: ReadonlyArray<string>): ReadonlyArray<TestFile> => {
  const all = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !NOT_TESTS.includes(path.split('/')[0] ?? ''))
    .sort()
    .map((path) => ({ path, source: readFileSync(join(root, 'test', path), 'utf8') }))
    .filter(({ source }) => isTest(source))
    .map(({ path, source }) => {
      const name = path.slice(0, -'.ts'.length)
      return { name, source, script: join(root, 'dist/test', `${name}.js`) }
    })
  if (all.length === 0) throw new NothingMatches('there is no test file in test/')
  const wanted = patterns.map(trimmed)
  const vain = wanted.find((pattern) => !all.some((file) => file.name.includes(pattern)))
  if (vain !== undefined) throw new NothingMatches(`no test file's path in test/ holds "${vain}"`)
  return wanted.length === 0 ? all : all.filter((file) => wanted.some((pattern) => file.name.includes(pattern)))
}

/** `test/core/evolve.ts`, `core/evolve.ts` and `core/evolve` all name the same file. */
const trimmed = (pattern: string): string => pattern.replace(/^\.?\/?(dist\/)?test\//, '').replace(/\.(ts|js)$/, '')

export const isTest = (source: string): boolean => /^import (?!type ).* from 'uvu'$/m.test(source)

/** uvu exits with success when a file forgets to run its suite. */
export const runsItself = (source: string): boolean => /^\s*[\w.]+\.run\(\)/m.test(source)
