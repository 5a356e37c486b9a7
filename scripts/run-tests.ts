/**
 * Runs the test files, each in a process of its own, several at a time, and believes nothing: a file that runs no test,
 * that loses one, that ends badly, that does not end, that a pattern names in vain, or that leaves a log whose fold is
 * not what its projections show, is a failure. Ends with the line `N passed, N failed`.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { packageRoot } from '../src/package-root.js'
import { checkKeptDatabases, type KeptDatabases, NOTHING_KEPT, sumOf } from './testing/kept-databases.js'
import { startServices } from './testing/services.js'
import { findTestFiles, type TestFile, TestsNotFound } from './testing/test-files.js'
import { endRunning, runTestFile, type TestResult } from './testing/test-run.js'

/**
 * One more than there are processors, since many files wait as much as they compute; not more than four, since the
 * server that they share has a hundred connections, and a fleet of workers takes its part of those.
 */
const AT_A_TIME = Math.min(availableParallelism() + 1, 4)

const main = async (patterns: ReadonlyArray<string>): Promise<number> => {
  const files = findTestFiles(packageRoot, patterns)
  const started = Date.now()
  const services = await startServices()
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    console.error(`\nended by ${signal}`)
    endRunning()
    await services.stop()
    process.exit(1)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, (name) => void stop(name))
  try {
    const { results, kept, keptMs } = await runAll(files, services.environment)
    return report(results, { ...kept, ms: keptMs }, Date.now() - started)
  } finally {
    await services.stop()
  }
}

interface Ran {
  readonly results: ReadonlyArray<TestResult>
  /** What became of the databases that all of them left. */
  readonly kept: KeptDatabases
  readonly keptMs: number
}

const runAll = async (files: ReadonlyArray<TestFile>, environment: Readonly<Record<string, string>>): Promise<Ran> => {
  const waiting = [...files.entries()]
  const results: TestResult[] = []
  let kept = NOTHING_KEPT
  let keptMs = 0
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [number, file] = next
      const prefix = `tasker_test_${process.pid}_${number}_`
      const result = await runTestFile(file, { ...environment, TASKER_TEST_DATABASES: prefix })
      const endedMs = Date.now()
      const left = await checkKeptDatabases(environment.DATABASE_URL ?? '', prefix)
      kept = sumOf(kept, left)
      keptMs += Date.now() - endedMs
      const judged = { ...result, faults: [...result.faults, ...left.faults] }
      results.push(judged)
      printResult(judged)
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return { results, kept, keptMs }
}

const printResult = (result: TestResult): void => {
  const seconds = (result.ms / 1000).toFixed(1)
  const verdict = result.faults.length === 0 ? 'ok  ' : 'FAIL'
  console.log(`${verdict} ${result.name} (${result.total} tests, ${seconds} s)`)
  if (result.faults.length > 0) console.log(`${result.output.trimEnd()}\n${result.faults.map(indented).join('\n')}\n`)
}

const indented = (fault: string): string => `     ${fault}`

const report = (
  results: ReadonlyArray<TestResult>,
  kept: KeptDatabases & { readonly ms: number },
  ms: number,
): number => {
  const sum = (count: (result: TestResult) => number): number => results.reduce((total, one) => total + count(one), 0)
  const bad = results.filter((result) => result.faults.length > 0)
  const passed = sum((result) => result.passed)
  // A file that ended badly although its tests passed is a failure too.
  const failed = sum((result) => Math.max(result.failed, result.faults.length > 0 ? 1 : 0))
  const skipped = sum((result) => result.skipped)
  console.log(`\n${results.length} files in ${(ms / 1000).toFixed(1)} s`)
  if (kept.logs > 0) {
    const held = `${kept.logs} logs with ${kept.events} events: every projection was held against a fresh fold`
    console.log(`${held} (${(kept.ms / 1000).toFixed(1)} s)`)
  }
  for (const result of bad) console.log(`FAIL ${result.name}: ${result.faults.join('; ')}`)
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failed === 0 && bad.length === 0 && passed > 0 ? 0 : 1
}

try {
  process.exitCode = await main(parseArgs({ allowPositionals: true }).positionals)
} catch (error) {
  console.error(error instanceof TestsNotFound ? error.message : error)
  console.log('0 passed, 1 failed')
  process.exitCode = 1
}
