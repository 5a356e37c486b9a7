/** Files that an audit is handed: opened as streams, because a bundle may be larger than memory. */
import { createReadStream } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { System } from './system.js'
import { UserError } from './user-error.js'

/** Throws a `UserError` (`<noun>_not_found`) where it cannot be read. */
export const streamFor = async (
  file: string,
  noun: string,
  { cwd }: Pick<System, 'cwd'>,
): Promise<AsyncIterable<Uint8Array>> => {
  try {
    await access(resolve(cwd, file))
  } catch (error) {
    throw notFound(file, noun, error)
  }
  return createReadStream(resolve(cwd, file), { highWaterMark: CHUNK_BYTES })
}

const CHUNK_BYTES = 1024 * 1024

/** A key, which is short. */
export const keyFor = async (file: string, { cwd }: Pick<System, 'cwd'>): Promise<string> => {
  try {
    return await readFile(resolve(cwd, file), 'utf8')
  } catch (error) {
    throw notFound(file, 'key', error)
  }
}

const notFound = (file: string, noun: string, cause: unknown): UserError =>
  new UserError({
    code: `${noun}_not_found`,
    message: `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    place: { source: file },
    cause,
  })
