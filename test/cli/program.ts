/** The program itself, in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root.js'
import type { Spoken } from './spoken.js'

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Spoken>
  /** Resolves when it has printed this on stderr. */
  says(text: string): Promise<void>
  /** What it has printed on stderr so far. */
  said(): string
}

/** Starts it with nothing of this process's environment but the PATH; what listens takes a port that is free. */
export const start = (
  cwd: string,
  argv: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>> = {},
  bin = join(packageRoot, 'dist/src/bin.js'),
): Running => {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [bin, ...argv], {
    cwd,
    env: { PATH, TASKER_PORT: '0', ...environment },
  })
  const printed = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      printed[name] += chunk
      for (const listener of listeners) listener()
    })
  }
  const ended = once(child, 'close').then(([exit]): Spoken => ({ exit, ...printed }))
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!printed.stderr.includes(text)) return
        listeners.delete(look)
        resolve()
      }
      listeners.add(look)
      ended.then(() => reject(new Error(`it ended without saying "${text}":\n${printed.stderr}`)), reject)
      look()
    })
  return { child, ended, says, said: () => printed.stderr }
}

export const program = (
  cwd: string,
  argv: ReadonlyArray<string>,
  environment?: Readonly<Record<string, string>>,
): Promise<Spoken> => start(cwd, argv, environment).ended
