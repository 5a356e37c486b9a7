/** What stands and runs in the folder of an embedded cluster. Looks only: it starts, joins and changes nothing. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { existingData } from './cluster-folder.js'
import { EmbeddedError, permissionError } from './embedded-error.js'
import { runningPostmaster } from './postmaster.js'

export type EmbeddedState =
  | { readonly state: 'absent' }
  | { readonly state: 'stopped' | 'running'; readonly data: string; readonly version: string; readonly port?: number }
  | {
      readonly state: 'unusable'
      readonly trouble: { readonly code: string; readonly message: string; readonly remedy: string }
    }

export const inspectEmbeddedPostgres = async (dataDir: string): Promise<EmbeddedState> => {
  try {
    const data = await existingData(resolve(dataDir))
    if (data === undefined) return { state: 'absent' }
    const version = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim()
    const running = await runningPostmaster(data)
    return running === undefined
      ? { state: 'stopped', data, version }
      : { state: 'running', data, version, port: running.port }
  } catch (error) {
    const known = permissionError(error, dataDir)
    if (!(known instanceof EmbeddedError)) throw error
    return { state: 'unusable', trouble: { code: known.code, message: known.message, remedy: known.remedy } }
  }
}
