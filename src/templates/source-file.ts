/** Text files that people name on the command line: read whole, within a limit, and every fault is a value. */
import { open, readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { Json } from '../core/json.js'
import { MAX_SOURCE_BYTES } from '../core/limits.js'
import { nearest } from '../core/near-names.js'
import { parseYaml } from './yaml-source.js'

export interface SourceProblem {
  readonly fault: 'not_found' | 'unreadable' | 'too_large'
  readonly message: string
}

export const readSourceFile = async (file: string): Promise<E.Either<SourceProblem, string>> => {
  try {
    const handle = await open(file, 'r')
    try {
      const { size } = await handle.stat()
      if (size > MAX_SOURCE_BYTES) {
        return E.left({ fault: 'too_large', message: `has ${size} bytes, and ${MAX_SOURCE_BYTES} are the most` })
      }
      const bytes = await handle.readFile()
      return E.right(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    } finally {
      await handle.close()
    }
  } catch (error) {
    const fault = faultOf(error)
    return E.left(fault.fault === 'not_found' ? { ...fault, message: fault.message + (await nearFile(file)) } : fault)
  }
}

export interface JsonFileProblem {
  /** `<noun>_not_found`, `<noun>_unreadable`, `<noun>_too_large`, `invalid_yaml`. */
  readonly code: string
  readonly file: string
  readonly message: string
  readonly line?: number
  readonly column?: number
}

/** Reads a file of JSON or YAML; `noun` says in the codes of problems what it was read as (`input`, `fragment`). */
export const readJsonFile = async (
  file: string,
  noun: string,
): Promise<E.Either<ReadonlyArray<JsonFileProblem>, Json>> => {
  const text = await readSourceFile(file)
  if (E.isLeft(text)) return E.left([{ code: `${noun}_${text.left.fault}`, file, message: text.left.message }])
  const source = parseYaml(text.right, file)
  return E.isLeft(source) ? source : E.right(source.right.value)
}

/** A file beside it of nearly that name, or of that name with what it ends in. */
const nearFile = async (file: string): Promise<string> => {
  const names = (await readdir(dirname(file)).catch(() => [])).filter((name) => /\.(?:ya?ml|json|[cm]?js)$/.test(name))
  const written = basename(file)
  const byStem = new Map(names.map((name) => [name.replace(/\.\w+$/, ''), name]))
  const near = nearest(written, names) ?? byStem.get(nearest(written, byStem.keys()) ?? '')
  return near === undefined ? '' : `; did you mean "${near}"?`
}

const faultOf = (error: unknown): SourceProblem => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { fault: 'not_found', message: 'there is no such file; check the path and the working directory' }
    case 'EISDIR':
      return { fault: 'unreadable', message: 'is a directory; name the file inside of it' }
    case 'EACCES':
      return { fault: 'unreadable', message: 'may not be read by this user' }
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return { fault: 'unreadable', message: 'is not UTF-8 text; save it as UTF-8' }
    default:
      return { fault: 'unreadable', message: error instanceof Error ? error.message : String(error) }
  }
}
