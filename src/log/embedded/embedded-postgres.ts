/**
 * The embedded Postgres: a real server on the user's own data, for whoever has none. Any number of processes use it at
 * once: the first starts it, the others join it, the last to leave stops it. A process that is killed leaves the server
 * running, and the next one joins it; a server that is killed is started again and recovers from its log. It listens
 * on the loopback address alone, on a random port, with a generated password, and is as durable as any other Postgres.
 */
import { readFile, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EMBEDDED_START_MS } from '../../core/limits.js'
import { type Binaries, findBinaries } from './binaries.js'
import { type Access, copiesFolder, existingData, readAccess, SYSTEM_FOLDERS, writeAccess } from './cluster-folder.js'
import { EmbeddedError, permissionError } from './embedded-error.js'
import { withFolderLock } from './folder-lock.js'
import { initialise, SUPERUSER } from './initialise.js'
import { hasEnded, launch, type Postmaster, runningPostmaster, stopPostmaster } from './postmaster.js'
import { enter, type Presence } from './presence.js'
import { serverUser } from './server-user.js'

export interface EmbeddedPostgres {
  readonly port: number
  /** Where the data stand; not below `dataDir` where root started it in a folder that others cannot enter. */
  readonly data: string
  /** False where the server was already running. */
  readonly started: boolean
  /** A connection string to one of the databases. */
  url(database: string): string
  /** Leaves the cluster, and stops the server when nobody else uses it. A second call does nothing. */
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  /** The folder of the cluster, by default `.tasker/postgres`; made where it does not exist. */
  readonly dataDir: string
  /** Databases to be there; made where they do not exist. */
  readonly databases?: ReadonlyArray<string>
  /** Where root keeps data and binaries for a server whose user cannot enter `dataDir`: the first that can be written. */
  readonly systemFolders?: ReadonlyArray<string>
}

/**
 * Joins the cluster of a folder, or starts it, after making it where there is none. Throws an `EmbeddedError` whose
 * code says what stands in the way.
 */
export const startEmbeddedPostgres = async (options: EmbeddedOptions): Promise<EmbeddedPostgres> => {
  const folder = resolve(options.dataDir)
  return withFolderLock(folder, async () => {
    const cluster = await bringUp(await realpath(folder), options.systemFolders ?? SYSTEM_FOLDERS)
    try {
      for (const database of options.databases ?? ['tasker']) await cluster.presence.ensureDatabase(database)
    } catch (error) {
      await leave(cluster)
      throw error
    }
    return handleOf(folder, cluster)
  })
}

interface Cluster {
  readonly data: string
  readonly postmaster: Postmaster
  readonly access: Access
  readonly started: boolean
  readonly presence: Presence
}

const handleOf = (folder: string, cluster: Cluster): EmbeddedPostgres => {
  let stopped: Promise<void> | undefined
  return {
    port: cluster.postmaster.port,
    data: cluster.data,
    started: cluster.started,
    url: (database) => urlOf(cluster.access, database),
    stop: () => {
      stopped ??= withFolderLock(folder, () => leave(cluster))
      return stopped
    },
  }
}

const leave = async (cluster: Cluster): Promise<void> => {
  if (!(await cluster.presence.leave())) return
  const running = await runningPostmaster(cluster.data)
  if (running !== undefined) await stopPostmaster(running.pid)
}

const urlOf = (access: Access, database: string): string =>
  `postgres://${SUPERUSER}:${access.password}@127.0.0.1:${access.port}/${encodeURIComponent(database)}`

const bringUp = async (folder: string, systemFolders: ReadonlyArray<string>): Promise<Cluster> => {
  const existing = await existingData(folder)
  if (existing !== undefined) {
    const joined = await joinRunning(folder, existing)
    if (joined !== undefined) return joined
  }
  const user = await serverUser(existing)
  const binaries = await findBinaries(await copiesFolder(folder, user, systemFolders), user)
  const data = existing ?? (await initialise(folder, binaries, user, systemFolders))
  await refuseOtherVersion(data, binaries)
  const known = await accessOf(folder)
  const preferredPort = known.port === 0 ? undefined : known.port
  const postmaster = await launch({ binaries, user, data, folder, preferredPort })
  const access = { ...known, port: postmaster.port }
  await writeAccess(folder, access)
  return { data, postmaster, access, started: true, presence: await enter(urlOf(access, 'postgres')) }
}

/** Enters the server that runs on these data; undefined when none does, or the one that did is ending. */
const joinRunning = async (folder: string, data: string): Promise<Cluster | undefined> => {
  const deadline = Date.now() + EMBEDDED_START_MS
  for (;;) {
    const postmaster = await runningPostmaster(data)
    if (postmaster === undefined) return undefined
    if (postmaster.status === 'stopping') await hasEnded(postmaster.pid)
    else if (postmaster.status === 'ready') {
      const access = { ...(await accessOf(folder)), port: postmaster.port }
      try {
        const presence = await enter(urlOf(access, 'postgres'))
        return { data, postmaster, access, started: false, presence }
      } catch (error) {
        if (Date.now() > deadline) throw unanswered(postmaster, folder, error)
      }
    }
    if (Date.now() > deadline) throw unanswered(postmaster, folder)
    await delay(POLL_MS)
  }
}

const POLL_MS = 20

const accessOf = async (folder: string): Promise<Access> => {
  const access = await readAccess(folder)
  if (access !== undefined) return access
  throw new EmbeddedError(
    'embedded_data_missing',
    `${join(folder, 'cluster.json')}, which holds the password of the embedded Postgres, is missing or damaged`,
    `bring it back, or remove ${folder} to begin with an empty database`,
  )
}

const unanswered = (postmaster: Postmaster, folder: string, cause?: unknown): EmbeddedError =>
  new EmbeddedError(
    'embedded_start_failed',
    `the embedded Postgres runs as process ${postmaster.pid} but does not answer`,
    `see ${join(folder, 'server.log')}; end that process and try again`,
    cause,
  )

const refuseOtherVersion = async (data: string, binaries: Binaries): Promise<void> => {
  const major = (await readVersion(data)).trim()
  if (major === binaries.major) return
  throw new EmbeddedError(
    'embedded_version',
    `the data in ${data} are of Postgres ${major}, and the embedded one is ${binaries.major}`,
    `dump them with the version of Tasker that made them and restore, or choose another folder with TASKER_DATA_DIR`,
  )
}

const readVersion = async (data: string): Promise<string> => {
  try {
    return await readFile(join(data, 'PG_VERSION'), 'utf8')
  } catch (error) {
    throw permissionError(error, data)
  }
}
