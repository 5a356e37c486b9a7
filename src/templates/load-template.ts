/**
 * Templates from files and from objects. A file is read once and whole; whatever is wrong with it comes back as a
 * problem with the line and column of its author's text, so that an editor can jump there.
 */
import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { canonicalJson } from '../core/canonical-json.js'
import type { Vocabulary } from '../core/capability.js'
import type { Json } from '../core/json.js'
import { parseTemplate } from '../core/template/parse.js'
import type { TemplateCode } from '../core/template/problem.js'
import type { Template } from '../core/template.js'
import { readSourceFile } from './source-file.js'
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
  const text = await readSourceFile(file)
  if (E.isLeft(text)) {
    const { fault, message } = text.left
    return E.left([{ code: `template_${fault}` as const, message, path: '', file }])
  }
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
export const shownTemplateError = (error: Omit<TemplateError, 'code'>): string => {
  const place = [error.file, error.line, error.column].filter((part) => part !== undefined).join(':')
  return [place, error.path, error.message].filter((part) => part !== '').join(': ')
}
