/**
 * Where a cluster stands. In the folder that the user named: `cluster.json` (port and password, readable by its owner
 * alone), `server.log`, the lock, and `data`. Where the server's user cannot enter that folder (root, in a clone below
 * a folder of its own), the data stand in a folder of the system, and `data` is a link that shows where: so they are
 * kept with the folder, found from it, and never chosen anew.
 */
import { randomBytes } from 'node:crypto'
import { chmod, chown, lstat, mkdir, readFile, realpath, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import * as t from 'io-ts'
import { decode } from '../../core/closed.js'
import { EmbeddedError, permissionError, systemCode } from './embedded-error.js'
import { canEnter, type ServerUser } from './server-user.js'

/** Where root keeps what an ordinary user must reach; the second, where the first cannot be written. */
export const SYSTEM_FOLDERS: ReadonlyArray<string> = ['/var/lib/tasker', '/var/tmp/tasker']

/** The real path of the data, or undefined where no cluster was made yet. */
export const existingData = async (folder: string): Promise<string | undefined> => {
  const path = join(folder, 'data')
  try {
    const entry = await lstat(path)
    if (!entry.isSymbolicLink()) return path
    return await realpath(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw permissionError(error, folder)
    if (!(await isDanglingLink(path))) return undefined
    throw new EmbeddedError(
      'embedded_data_missing',
      `${path} links to data that are no longer there`,
      `bring them back to where the link points, or remove ${folder} to begin with an empty database`,
      error,
    )
  }
}

const isDanglingLink = async (path: string): Promise<boolean> => {
  try {
    return (await lstat(path)).isSymbolicLink()
  } catch {
    return false
  }
}

/** Where new data are to stand: in the user's own folder where the server's user can enter it. */
export const placeForData = async (
  folder: string,
  user: ServerUser,
  systemFolders: ReadonlyArray<string>,
): Promise<string> => {
  if (user === undefined) return join(folder, 'data')
  await chmod(folder, (await stat(folder)).mode | 0o011)
  if (await canEnter(folder, user)) return join(folder, 'data')
  const system = await systemFolder(systemFolders)
  return join(system, `${basename(resolve(folder, '..', '..'))}-${randomBytes(4).toString('hex')}`)
}

/** Where copies of the binaries go; root shares one copy among all clusters. */
export const copiesFolder = async (
  folder: string,
  user: ServerUser,
  systemFolders: ReadonlyArray<string>,
): Promise<string> => (user === undefined ? folder : await systemFolder(systemFolders))

const systemFolder = async (candidates: ReadonlyArray<string>): Promise<string> => {
  let last: unknown
  for (const folder of candidates) {
    try {
      await mkdir(folder, { recursive: true })
      await chmod(folder, 0o755)
      return folder
    } catch (error) {
      last = permissionError(error, folder)
    }
  }
  throw last
}

/** Shows from the user's folder where the data stand. */
export const linkData = async (folder: string, data: string): Promise<void> => {
  if (data !== join(folder, 'data')) await symlink(data, join(folder, 'data'))
}

const Access = t.type({ port: t.number, password: t.string })
export type Access = t.TypeOf<typeof Access>

/** Port and password as the last start left them; undefined where the file is not there or is none of ours. */
export const readAccess = async (folder: string): Promise<Access | undefined> => {
  try {
    const decoded = decode(Access, JSON.parse(await readFile(join(folder, 'cluster.json'), 'utf8')))
    return decoded._tag === 'Right' ? decoded.right : undefined
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw permissionError(error, folder)
  }
}

export const writeAccess = async (folder: string, access: Access): Promise<void> => {
  const file = join(folder, 'cluster.json')
  const fresh = `${file}.${process.pid}`
  await writeFile(fresh, `${JSON.stringify(access)}\n`, { mode: 0o600 })
  // Root must not lock the folder's owner out of it.
  const { uid, gid } = await stat(folder)
  if (process.getuid?.() === 0) await chown(fresh, uid, gid)
  await rename(fresh, file)
}
