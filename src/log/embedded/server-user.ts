/**
 * Postgres refuses to run as root. Started by root, the server runs as an ordinary user of the system: as the owner of
 * the data where there are some, else as `postgres` or `nobody`. Everybody else runs it as themselves.
 */
import { execFileSync, spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { EmbeddedError, systemCode } from './embedded-error.js'

/** Undefined: as the user that runs this process. */
export type ServerUser = { readonly uid: number; readonly gid: number } | undefined

const CANDIDATES = ['postgres', 'nobody']

/** @param data The data directory, if there is one already. */
export const serverUser = async (data: string | undefined): Promise<ServerUser> => {
  const own = process.getuid?.() ?? 0
  const owner = data === undefined ? undefined : await ownerOf(data)
  if (own !== 0) {
    if (owner === undefined || owner.uid === own) return undefined
    throw new EmbeddedError(
      'embedded_permission',
      `the embedded Postgres in ${data} belongs to user ${owner.uid}, and this is user ${own}`,
      'run as that user or as root, choose another folder with TASKER_DATA_DIR, or set DATABASE_URL',
    )
  }
  if (owner !== undefined && owner.uid !== 0) return owner
  const found = CANDIDATES.map(lookUp).find((user) => user !== undefined)
  if (found !== undefined) return found
  throw new EmbeddedError(
    'embedded_permission',
    `Postgres does not run as root, and this system has none of the users ${CANDIDATES.join(', ')}`,
    'run as an ordinary user, or create one of those users',
  )
}

/** Whether that user reaches a folder: tried out, because modes alone do not tell. */
export const canEnter = (folder: string, user: ServerUser): Promise<boolean> => {
  if (user === undefined) return Promise.resolve(true)
  return new Promise((resolve, reject) => {
    const probe = spawn('/bin/sh', ['-c', 'cd -- "$0"', folder], { ...user, cwd: '/', stdio: 'ignore' })
    probe.once('error', reject)
    probe.once('exit', (code) => resolve(code === 0))
  })
}

const ownerOf = async (data: string): Promise<{ readonly uid: number; readonly gid: number } | undefined> => {
  try {
    const { uid, gid } = await stat(data)
    return { uid, gid }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

const lookUp = (name: string): ServerUser => {
  try {
    const ask = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }))
    return { uid: ask('-u'), gid: ask('-g') }
  } catch {
    return undefined
  }
}
