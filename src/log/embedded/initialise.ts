/** Makes a new cluster: beside its place, and moved there whole, so that an interrupted attempt leaves nothing behind. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Binaries } from './binaries.js'
import { linkData, placeForData, writeAccess } from './cluster-folder.js'
import { permissionError } from './embedded-error.js'
import { serverEnvironment } from './postmaster.js'
import type { ServerUser } from './server-user.js'
import { startFailure } from './start-failure.js'

export const SUPERUSER = 'tasker'

const PARTIAL = '.partial-'

/** Creates the data of a cluster for `folder` and returns where they stand. */
export const initialise = async (
  folder: string,
  binaries: Binaries,
  user: ServerUser,
  systemFolders: ReadonlyArray<string>,
): Promise<string> => {
  const data = await placeForData(folder, user, systemFolders)
  const partial = `${data}${PARTIAL}${randomBytes(4).toString('hex')}`
  const passwordFile = `${partial}.password`
  const password = randomBytes(24).toString('base64url')
  try {
    await removeInterrupted(data)
    await mkdir(partial, { mode: 0o700 })
    await writeFile(passwordFile, password, { mode: 0o600 })
    if (user !== undefined) {
      await chown(partial, user.uid, user.gid)
      await chown(passwordFile, user.uid, user.gid)
    }
    await initdb(binaries, user, partial, passwordFile)
    await writeAccess(folder, { port: 0, password })
    await rename(partial, data)
    await linkData(folder, data)
    return data
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw permissionError(error, dirname(data))
  } finally {
    await rm(passwordFile, { force: true })
  }
}

const removeInterrupted = async (data: string): Promise<void> => {
  for (const name of await readdir(dirname(data))) {
    const isOurs = name.startsWith(`${basename(data)}${PARTIAL}`)
    if (isOurs) await rm(join(dirname(data), name), { recursive: true, force: true })
  }
}

/** The locale is Postgres's own, so that order and case do not depend on the machine. */
const initdb = (binaries: Binaries, user: ServerUser, data: string, passwordFile: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const flags = [
      ['-D', data, '-U', SUPERUSER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--no-instructions'],
      ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ].flat()
    const child = spawn(binaries.initdb, flags, {
      ...user,
      cwd: '/',
      env: serverEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const keep = (chunk: Buffer): void => {
      output += chunk.toString('utf8')
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', (error) => reject(startFailure('initdb', output, undefined, error)))
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(startFailure('initdb', output, undefined))
    })
  })
