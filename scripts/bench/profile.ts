/**
 * Where the time of a CPU profile went: `node dist/scripts/bench/profile.js FILE.cpuprofile [LINES]`, for what
 * `npm run bench -- --profile DIR` writes. Time in which the process was idle does not count; its start does, so measure
 * for ten seconds or more. What is told is wall clock: on a busy machine a system call holds what others ran meanwhile.
 */
import { readFileSync } from 'node:fs'

interface Profile {
  readonly nodes: ReadonlyArray<ProfileNode>
  readonly samples: ReadonlyArray<number>
  /** Microseconds before each sample. */
  readonly timeDeltas: ReadonlyArray<number>
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly children?: ReadonlyArray<number>
}

interface Sums {
  readonly busyMicros: number
  /** By file: only what ran in it. */
  readonly own: ReadonlyMap<string, number>
  /** By function: with everything that it called. */
  readonly inclusive: ReadonlyMap<string, number>
}

const IDLE = '(idle)'

const sumUp = ({ nodes, samples, timeDeltas }: Profile): Sums => {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)))
  const own = new Map<string, number>()
  const inclusive = new Map<string, number>()
  let busyMicros = 0
  for (const [index, id] of samples.entries()) {
    const micros = timeDeltas[index] ?? 0
    const leaf = byId.get(id)
    if (leaf === undefined || leaf.callFrame.functionName === IDLE) continue
    busyMicros += micros
    add(own, fileOf(leaf), micros)
    const onStack = new Set<string>()
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const node = byId.get(at)
      if (node !== undefined) onStack.add(functionOf(node))
    }
    for (const name of onStack) add(inclusive, name, micros)
  }
  return { busyMicros, own, inclusive }
}

const add = (sums: Map<string, number>, key: string, micros: number): void => {
  sums.set(key, (sums.get(key) ?? 0) + micros)
}

/** A file of ours, a package, or what the engine itself calls a frame that has no file: `(garbage collector)`. */
const fileOf = ({ callFrame: { url, functionName } }: ProfileNode): string => {
  if (url === '') return functionName
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)
  return inPackage?.[1] ?? url.replace(/^.*\/dist\//, '')
}

const functionOf = (node: ProfileNode): string => {
  const { functionName, url, lineNumber } = node.callFrame
  return url === '' ? functionName : `${functionName || '(anonymous)'} ${fileOf(node)}:${lineNumber + 1}`
}

const print = (title: string, sums: ReadonlyMap<string, number>, total: number, lines: number): void => {
  console.log(`\n${title}`)
  const sorted = [...sums].sort(([, left], [, right]) => right - left).slice(0, lines)
  for (const [name, micros] of sorted) console.log(`${((micros / total) * 100).toFixed(1).padStart(6)}%  ${name}`)
}

const [file, lines = '40'] = process.argv.slice(2)
if (file === undefined || !(Number(lines) > 0)) {
  console.error('node dist/scripts/bench/profile.js FILE.cpuprofile [LINES]')
  process.exitCode = 2
} else {
  // V8 writes the format; a file that is something else fails in sumUp.
  const profile: Profile = JSON.parse(readFileSync(file, 'utf8'))
  const { busyMicros, own, inclusive } = sumUp(profile)
  console.log(`${file}: busy for ${(busyMicros / 1e6).toFixed(1)} s`)
  print('By file, itself alone', own, busyMicros, Number(lines))
  print('By function, with what it calls', inclusive, busyMicros, Number(lines))
}
