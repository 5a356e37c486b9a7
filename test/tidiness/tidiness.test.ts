import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { importsSuite, isStray, runsItself } from '../../scripts/testing/test-files.js'
import { packageRoot } from '../../src/package-root.js'
import { CORE_CASTS, LONG_FILES, LONG_FUNCTIONS, POLLERS, UNEXPLAINED_CASTS } from './allowed.js'
import {
  explainedCasts,
  longFiles,
  longFunctions,
  MAX_FUNCTION_LINES,
  MAX_LINES,
  namedForItsNoun,
  noConsole,
  noSleeps,
  noStatementsInCode,
  opensWithWords,
  pureCore,
  type Rule,
  uncastCore,
} from './code-rules.js'
import { ratchetFaults } from './ratchet.js'
import { CODE_FOLDERS, filesIn, readSources, type Source, sourceOf } from './source.js'

const sources = readSources(packageRoot)

const none = (faults: ReadonlyArray<string>): void => assert.equal(faults, [])

/** A rule that finds nothing in a file that breaks it protects nobody. */
const catches = (rule: Rule, path: string, ...broken: ReadonlyArray<string>): void => {
  for (const text of broken) assert.is(rule(sourceOf(path, text)).length, 1, `not caught: ${text}`)
}

const passes = (rule: Rule, path: string, ...fine: ReadonlyArray<string>): void => {
  for (const text of fine) assert.equal(rule(sourceOf(path, text)), [], text)
}

test('the scanner sees code as code and text as text', () => {
  const source = sourceOf(
    'src/x.ts',
    [
      "import { a } from './a.js' // console.log(1)",
      "import type { B } from './b.js'",
      "export * from './c.js'",
      "const late = import('./d.js')",
      'const s = `one ${process.env.X ?? `two ${a}`} three`',
      "const r = /['\"`]/.test(s) ? 4 / 2 : 'it\\'s'",
      '/* process.exit() */ const end = 1',
    ].join('\n'),
  )
  assert.equal(
    source.imports.map(({ from, typeOnly }) => [from, typeOnly]),
    [
      ['./a.js', false],
      ['./b.js', true],
      ['./c.js', false],
      ['./d.js', false],
    ],
  )
  assert.match(source.code, 'process.env.X')
  assert.not.match(source.code, 'process.exit')
  assert.not.match(source.code, 'console')
  assert.match(source.code, 'const end = 1')
  assert.ok(source.texts.some(({ value }) => value === 'one '))
  assert.ok(source.texts.some(({ value }) => value === ' three'))
  assert.ok(sources.length > 100, 'the tree was not read')
})

test('the core knows neither time nor chance nor the outside', () => {
  none(sources.flatMap(pureCore))
  const core = 'src/core/x.ts'
  catches(
    pureCore,
    core,
    'Date.now()',
    'new Date()',
    'Math.random()',
    'process.exit(1)',
    'setTimeout(f, 1)',
    'fetch(u)',
  )
  passes(pureCore, core, 'new Date(0)', "const a = 'process.exit()'", 'step.process.x', '// Date.now()')
  passes(pureCore, 'src/log/x.ts', 'Date.now()')
})

test('the core does not cast', () => {
  const counts = sources
    .map((source) => ({ name: source.path, lines: uncastCore(source).length }))
    .filter(({ lines }) => lines > 0)
  none(ratchetFaults(counts, CORE_CASTS, 0))
  catches(uncastCore, 'src/core/x.ts', 'const a = b as Json', 'f(x as { y: 1 })', 'return (a ?? b) as A')
  passes(
    uncastCore,
    'src/core/x.ts',
    'const a = [1] as const',
    "import * as E from 'x'",
    "export { a as b } from './x.js'",
  )
})

test('SQL stands in .sql files', () => {
  none(sources.flatMap(noStatementsInCode))
  catches(
    noStatementsInCode,
    'src/log/x.ts',
    "const a = 'select a from b'",
    'const a = `insert into b values (1)`',
    "client.query('begin')",
    "const a = 'drop table b'",
    "const a = 'LISTEN appended'",
  )
  passes(
    noStatementsInCode,
    'src/log/x.ts',
    "const a = 'select the template that you want'",
    "const a = 'create it with createdb'",
    "const a = ['begin', 'commit']",
    '// select a from b',
  )
})

test('only the command line prints', () => {
  none(sources.flatMap(noConsole))
  catches(noConsole, 'src/engine/x.ts', "console.log('x')")
  passes(noConsole, 'scripts/x.ts', "console.log('x')")
})

test('a double cast has its reason beside it', () => {
  const faults = sources.filter((source) => explainedCasts(source).length > 0).map(({ path }) => path)
  assert.equal(faults, [...UNEXPLAINED_CASTS])
  catches(explainedCasts, 'src/log/x.ts', 'const a = b as unknown as C')
  passes(explainedCasts, 'src/log/x.ts', '// its types do not show it\nconst a = b as unknown as C')
})

test('a file opens with what it is, and is named for it', () => {
  none(sources.flatMap((source) => [...opensWithWords(source), ...namedForItsNoun(source)]))
  catches(opensWithWords, 'src/log/x.ts', "import { a } from 'b'")
  passes(opensWithWords, 'src/bin.ts', '#!/usr/bin/env node\n/** The program. */')
  for (const path of ['src/log/utils.ts', 'src/core/types.ts', 'src/index.ts', 'src/log/appendEvents.ts']) {
    catches(namedForItsNoun, path, '')
  }
})

test('a file is no longer than 300 lines and a function no longer than 60, and what is longer only shrinks', () => {
  none(ratchetFaults(sources.flatMap(longFiles), LONG_FILES, MAX_LINES))
  none(ratchetFaults(sources.flatMap(longFunctions), LONG_FUNCTIONS, MAX_FUNCTION_LINES))
  const lines = (count: number): string => 'x()\n'.repeat(count)
  const long = (open: string): number => longFunctions(sourceOf('src/x.ts', `${open}\n${lines(60)}}`)).length
  assert.is(long('const f = async (a: A): Promise<void> => {'), 1)
  assert.is(long('function f(a: A): Either<B, C> {'), 1)
  assert.is(long('class A {\n f(a: A) {'), 1)
  assert.is(long('if (f(a)) {'), 0)
  assert.is(longFunctions(sourceOf('src/x.ts', `const f = () => {\n${lines(50)}}`)).length, 0)
  assert.is(longFiles(sourceOf('src/x.ts', lines(301))).length, 1)
  assert.is(longFiles(sourceOf('src/x.ts', lines(300))).length, 0)
})

test('the ratchet only turns one way', () => {
  const now = [{ name: 'a', lines: 70 }]
  none(ratchetFaults(now, { a: 70 }, 60))
  assert.is(ratchetFaults(now, { a: 69 }, 60).length, 1)
  assert.is(ratchetFaults(now, { a: 71 }, 60).length, 1)
  assert.is(ratchetFaults(now, {}, 60).length, 1)
  assert.is(ratchetFaults([], { a: 70 }, 60).length, 1)
})

const suiteFaults: Rule = ({ path, text }) => {
  if (!path.startsWith('test/') || path.startsWith('test/example/')) return []
  if (isStray(path, text)) return [`${path}: has tests, and is neither a .test.ts nor a contract`]
  if (!path.endsWith('.test.ts')) return []
  if (!importsSuite(text)) return [`${path}: imports no suite of uvu`]
  return runsItself(text) ? [] : [`${path}: does not run its suite`]
}

test('every test file runs its suite, and tests stand in test files', () => {
  none(sources.flatMap(suiteFaults))
  catches(
    suiteFaults,
    'test/x.test.ts',
    "import { test } from 'uvu'",
    "import { test } from 'uvu'\n// test.run()",
    'x()',
  )
  catches(suiteFaults, 'test/x.ts', "import { test } from 'uvu'\ntest.run()")
  passes(suiteFaults, 'test/x.test.ts', "import { test } from 'uvu'\ntest.run()")
  passes(suiteFaults, 'test/x.ts', "import type { Test } from 'uvu'")
})

const onlyFaults: Rule = ({ path, code }) =>
  path.startsWith('test/') && /\b\w+\.only\s*\(/.test(code) ? [`${path}: runs only some of its tests`] : []

test('no test file runs only some of its tests', () => {
  none(sources.flatMap(onlyFaults))
  catches(onlyFaults, 'test/x.test.ts', "test.only('a', b)")
})

test('tests wait for what they can observe, and do not sleep', () => {
  none(sources.flatMap(noSleeps(POLLERS)))
  catches(
    noSleeps([]),
    'test/x.test.ts',
    "import { setTimeout as delay } from 'node:timers/promises'",
    'await new Promise((resolve) => setTimeout(resolve, 100))',
  )
  passes(noSleeps([]), 'test/x.test.ts', 'const timer = setTimeout(callback, ms)')
})

const machinePaths = ({ path, text }: Pick<Source, 'path' | 'text'>): ReadonlyArray<string> =>
  [...text.matchAll(/(?<![\w.:/])\/(?:home|Users|root|work)\/\w+[\w/.-]*/g)].map((match) => `${path}: ${match[0]}`)

test('no file names a folder of somebody’s machine', () => {
  const others = [
    'README.md',
    'ARCHITECTURE.md',
    'CHANGELOG.md',
    'package.json',
    'biome.json',
    'tsconfig.json',
    '.ci/run',
  ]
  const plain = [...CODE_FOLDERS.flatMap((folder) => filesIn(packageRoot, folder)), ...others]
    .filter((path) => /\.(tsx?|sql|ya?ml|json|md|html|css)$|^\.ci|^scripts\/[a-z]+$/.test(path))
    .filter((path) => !path.startsWith('test/tidiness/'))
  const read = (path: string): string => {
    try {
      return readFileSync(join(packageRoot, path), 'utf8')
    } catch {
      return ''
    }
  }
  none(plain.flatMap((path) => machinePaths({ path, text: read(path) })))
  assert.is(machinePaths({ path: 'x', text: "'/home/me/tasker'" }).length, 1)
  assert.is(machinePaths({ path: 'x', text: "'https://example.com/home/me'" }).length, 0)
})

test('the lock file names no registry, and every package in it has a version', () => {
  const lock = JSON.parse(readFileSync(join(packageRoot, 'package-lock.json'), 'utf8'))
  const packages = Object.entries<Record<string, unknown>>(lock.packages).filter(([path]) => path !== '')
  assert.ok(packages.length > 50)
  none(packages.filter(([, entry]) => 'resolved' in entry || entry.version === undefined).map(([path]) => path))
})

test.run()
