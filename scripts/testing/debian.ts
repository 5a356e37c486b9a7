/** What the tests need of Debian's packages. Test files that run side by side ask for them one after the other. */
import { execFileSync, spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const LOCK = join(tmpdir(), 'tasker-apt-get.lock')

export const isRoot = (): boolean => process.getuid?.() === 0

export const isDebian = (): boolean => spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0

/** Runs apt-get, which says on stderr what it does; throws where it fails. */
export const aptGet = (
  args: ReadonlyArray<string>,
  {
    folder,
    environment = {},
  }: { readonly folder?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): void => {
  execFileSync('flock', [LOCK, 'apt-get', '-qq', ...args], {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', ...environment },
    ...(folder === undefined ? {} : { cwd: folder }),
  })
}

/** Installs a package, with what is known of packages brought up to date before. */
export const installFromDebian = (name: string, environment: Readonly<Record<string, string>> = {}): void => {
  console.error(`Installing ${name} with apt-get.`)
  aptGet(['update'])
  aptGet(['install', '-y', '--no-install-recommends', name], { environment })
}
