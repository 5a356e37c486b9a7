/**
 * Templates from files and from objects. A file is read once and whole; whatever is wrong with it comes back as a
 * problem with the line and column of its author's text, so that an editor can jump there.
 */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import * as E from 'fp-ts/lib/Either.js'
import { canonicalJson } from '../core/canonical-json.js'
import type { Vocabulary } from '../core/capability.js'
import type { Json } from '../core/json.js'
import { MAX_SOURCE_BYTES } from '../core/limits.js'
import { parseTemplate } from '../core/template/parse.js'
import type { TemplateCode } from '../core/template/problem.js'
import type { Template } from '../core/template.js'
import { parseYaml } from './yaml-source.js'

export interface TemplateError {
  readonly code: TemplateCode | 'template_not_found' | 'template_unreadable' | 'template_too_large' | 'invalid_yaml'
  readonly message: string
  /** Keys and indices joined by dots; empty for the whole. */
  readonly path: string
  /** The file as it was named, and where in it; absent for a template that was given as an object. */
  readonly file?: string
  readonly line?: number
  readonly column?: number
}

export interface LoadOptions {
  /** The environment whose overrides apply; absent, none do. */
  readonly environment?: string | undefined
}

/** Reads a template from a YAML or JSON file. Never throws for what is wrong with the file. */
export const loadTemplate = async (
  file: string,
  vocabulary: Vocabulary | undefined,
  options: LoadOptions = {},
): Promise<E.Either<ReadonlyArray<TemplateError>, Template>> => {
  const text = await readSource(file)
  if (E.isLeft(text)) return E.left([{ ...text.left, path: '', file }])
  const source = parseYaml(text.right, file)
  if (E.isLeft(source)) return E.left(source.left.map((problem) => ({ ...problem, path: '' })))
  const template = templateOf(source.right.value, vocabulary, options)
  if (E.isRight(template)) return template
  return E.left(template.left.map((problem) => ({ ...problem, file, ...source.right.place(problem.path) })))
}

/** The same for a template that is at hand as JSON. */
export const templateOf = (
  value: Json,
  vocabulary: Vocabulary | undefined,
  options: LoadOptions = {},
): E.Either<ReadonlyArray<TemplateError>, Template> => {
  const digest = `sha256:${createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex')}`
  return parseTemplate(value, vocabulary, { digest, environment: options.environment })
}

/** `deploy.yaml:12:5: steps.0.name: "X" must be …`, or what of it is known. */
export const shownTemplateError = (error: TemplateError): string => {
  const place = [error.file, error.line, error.column].filter((part) => part !== undefined).join(':')
  return [place, error.path, error.message].filter((part) => part !== '').join(': ')
}

interface SourceProblem {
  readonly code: 'template_not_found' | 'template_unreadable' | 'template_too_large'
  readonly message: string
}

const readSource = async (file: string): Promise<E.Either<SourceProblem, string>> => {
  try {
    const handle = await open(file, 'r')
    try {
      const { size } = await handle.stat()
      if (size > MAX_SOURCE_BYTES) {
        return E.left({
          code: 'template_too_large',
          message: `has ${size} bytes, and ${MAX_SOURCE_BYTES} are the most`,
        })
      }
      const bytes = await handle.readFile()
      return E.right(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    } finally {
      await handle.close()
    }
  } catch (error) {
    return E.left(unreadable(error))
  }
}

const unreadable = (error: unknown): SourceProblem => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT':
      return { code: 'template_not_found', message: 'there is no such file; check the path and the working directory' }
    case 'EISDIR':
      return { code: 'template_unreadable', message: 'is a directory; name the template inside of it' }
    case 'EACCES':
      return { code: 'template_unreadable', message: 'may not be read by this user' }
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return { code: 'template_unreadable', message: 'is not UTF-8 text; save it as UTF-8' }
    default:
      return {
        code: 'template_unreadable',
        message: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      }
  }
}
