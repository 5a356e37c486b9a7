/** One test file in one process: what it printed, what it counted, and everything that is wrong with how it ended. */
import { type ChildProcess, spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { runsItself, type TestFile } from './test-files.js'

export interface TestResult {
  readonly name: string
  readonly output: string
  readonly total: number
  readonly passed: number
  readonly skipped: number
  readonly failed: number
  readonly ms: number
  /** Empty when all is well. */
  readonly faults: ReadonlyArray<string>
}

/** A file that takes longer is ended: something in it waits for what does not come. */
export const FILE_LIMIT_MS = 240_000

/** How long a file may take to end after uvu printed its totals. */
const AFTER_TOTALS_MS = 15_000
const TOTALS = /^\s*Duration:/m

const ENDED = 'it ended with'

const running = new Set<ChildProcess>()

export const runTestFile = async (
  file: TestFile,
  environment: Readonly<Record<string, string>>,
  limitMs: number = FILE_LIMIT_MS,
): Promise<TestResult> => {
  const started = Date.now()
  if (!runsItself(file.source)) {
    const fault = 'it does not run its suite: end it with .run(), or move what tests share to test/support'
    return { ...judge('', 1), name: file.name, output: '', ms: 0, faults: [fault] }
  }
  const ended = await runProcess(file.script, environment, limitMs)
  const counted = judge(ended.output, ended.code)
  // How it ended says nothing where we ended it.
  const own = counted.faults.filter((fault) => !fault.startsWith(ENDED))
  const faults = ended.late === undefined ? counted.faults : [...own, ended.late]
  return { ...counted, name: file.name, output: ended.output, ms: Date.now() - started, faults }
}

/** Ends every test file that is under way, with all its processes. */
export const endRunning = (): void => {
  for (const child of running) endGroup(child)
}

interface Ended {
  readonly output: string
  readonly code: number | null
  /** Why it was ended, where it did not end by itself. */
  readonly late: string | undefined
}

const runProcess = (script: string, environment: Readonly<Record<string, string>>, limitMs: number): Promise<Ended> =>
  new Promise((resolve, reject) => {
    // A group of its own, so that whatever a test leaves behind can be ended with it.
    const child = spawn(process.execPath, [script], {
      env: { ...process.env, ...environment, NO_COLOR: '1', FORCE_COLOR: undefined },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    let output = ''
    let late: string | undefined
    const endLate = (why: string): void => {
      late = why
      endGroup(child)
    }
    const limit = setTimeout(() => endLate(`it had not ended after ${limitMs / 1000} s`), limitMs)
    let afterTotals: NodeJS.Timeout | undefined
    const keep = (chunk: string): void => {
      output += chunk
      if (afterTotals !== undefined || !TOTALS.test(output)) return
      const why = `its tests were over, and it still ran ${AFTER_TOTALS_MS / 1000} s later: something is left open`
      afterTotals = setTimeout(() => endLate(why), AFTER_TOTALS_MS)
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    child.once('error', reject)
    // A grandchild may hold the pipes open after the file has ended: end it, then `close` comes.
    child.once('exit', () => endGroup(child))
    child.once('close', (code) => {
      clearTimeout(limit)
      clearTimeout(afterTotals)
      running.delete(child)
      resolve({ output, code, late })
    })
  })

const endGroup = (child: ChildProcess): void => {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // The group is gone already.
  }
}

type Counted = Pick<TestResult, 'total' | 'passed' | 'skipped' | 'failed' | 'faults'>

/** Reads uvu's last totals, and says what does not add up. */
export const judge = (output: string, code: number | null): Counted => {
  const plain = stripVTControlCharacters(output)
  const count = (word: string): number =>
    Number(
      plain
        .match(new RegExp(`^\\s*${word}:\\s+(\\d+)\\s*$`, 'gm'))
        ?.at(-1)
        ?.replace(/\D/g, '') ?? 0,
    )
  const [total, passed, skipped] = [count('Total'), count('Passed'), count('Skipped')]
  const failed = Math.max(0, total - passed)
  const faults = [
    ...(total === 0 ? ['it ran no test'] : []),
    ...(failed > 0 ? [`${failed} of ${total} failed`] : []),
    ...(code !== 0 && failed === 0 ? [`${ENDED} ${code ?? 'a signal'}`] : []),
  ]
  return { total, passed, skipped, failed, faults }
}
