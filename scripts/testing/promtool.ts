/**
 * Prometheus's promtool for the tests: of the PATH, else unpacked from Debian's package into `.tasker`, which needs no root
 * and starts no server. Where there is none, the tests fail and say what is missing; they never pass without one.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root.js'
import { aptGet, isDebian, isRoot } from './debian.js'

const KEPT = join(packageRoot, '.tasker', 'promtool')

/** Where it is; throws in words where it cannot be had. */
export const promtoolPath = (): string => {
  if (spawnSync('promtool', ['--version'], { stdio: 'ignore' }).status === 0) return 'promtool'
  if (existsSync(KEPT)) return KEPT
  if (isDebian()) unpackFromDebian()
  if (existsSync(KEPT)) return KEPT
  throw new Error(
    'These tests need promtool: install Prometheus (Debian: apt-get install prometheus; macOS: brew install prometheus).',
  )
}

const unpackFromDebian = (): void => {
  console.error('Fetching promtool with apt-get.')
  const folder = mkdtempSync(join(tmpdir(), 'tasker-promtool-'))
  try {
    // Without root the lists of packages are taken as they are.
    if (isRoot()) aptGet(['update'])
    aptGet(['download', 'prometheus'], { folder })
    const [archive = ''] = readdirSync(folder).filter((name) => name.endsWith('.deb'))
    execFileSync('dpkg-deb', ['-x', archive, 'unpacked'], { cwd: folder, stdio: ['ignore', 2, 2] })
    mkdirSync(join(packageRoot, '.tasker'), { recursive: true })
    execFileSync('cp', [join(folder, 'unpacked/usr/bin/promtool'), `${KEPT}.${process.pid}`])
    renameSync(`${KEPT}.${process.pid}`, KEPT)
  } catch (error) {
    throw new Error(
      'promtool could not be fetched with apt-get; install Prometheus (Debian: apt-get install prometheus).',
      {
        cause: error,
      },
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
