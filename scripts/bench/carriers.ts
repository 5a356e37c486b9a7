/** Starts node processes of this folder, and the workers of a carried workload among them. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Assignment } from './measurement.js'

export interface Workers {
  readonly pids: ReadonlyArray<number>
  stop(): Promise<void>
}

/** Resolves when all of them take work. */
export const startWorkers = async (assignment: Assignment, count: number): Promise<Workers> => {
  const children = Array.from({ length: count }, () => start('worker-process.js', assignment))
  await Promise.all(children.map(answerOf))
  return {
    pids: children.flatMap((child) => child.pid ?? []),
    stop: async () => {
      const ended = children.map((child) => once(child, 'exit'))
      for (const child of children) child.send('stop')
      await Promise.all(ended)
    },
  }
}

/** Runs one assignment in a process of its own, and hands out what it answers. */
export const runWorkload = async (assignment: Assignment): Promise<unknown> => {
  const child = start('workload-process.js', assignment)
  const ended = once(child, 'exit')
  const answer = await answerOf(child)
  await ended
  return answer
}

const start = (script: string, assignment: Assignment): ChildProcess =>
  fork(fileURLToPath(new URL(script, import.meta.url)), [JSON.stringify(assignment)], {
    execArgv: assignment.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${assignment.profile}`],
  })

const answerOf = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', (code, signal) => reject(new Error(`a process of the bench ended early (${signal ?? code})`)))
  })
