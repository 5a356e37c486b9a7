/** A template as a person names it: a file, or what is registered as `[NAMESPACE/]NAME[@VERSION]`. */
import * as E from 'fp-ts/lib/Either.js'
import type { Vocabulary } from '../core/capability.js'
import type { Json } from '../core/json.js'
import type { Template } from '../core/template.js'
import type { TemplateName } from '../templates/registry.js'
import { parseYaml } from '../templates/yaml-source.js'
import type { Invocation } from './command.js'
import { withTasker } from './tasker.js'
import { templateFor, textFor } from './templates.js'
import { UserError, usageError } from './user-error.js'

export const isFile = (written: string): boolean => /\.(ya?ml|json)$/i.test(written)

/** Throws a usage error where it is no name. */
export const templateName = (written: string): TemplateName => {
  const match = /^(?:([^/@]+)\/)?([^/@]+)(?:@([^/@]+))?$/.exec(written)
  if (match === null) {
    throw usageError(`"${written}" names no template`, 'write FILE.yaml, or [NAMESPACE/]NAME[@VERSION]')
  }
  const [, namespace, name = '', version] = match
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(version === undefined ? {} : { version }),
  }
}

/** The template behind a file or a name; a file is checked against the vocabulary. */
export const namedTemplate = (
  written: string,
  invocation: Invocation,
  vocabulary: Vocabulary | undefined,
): Promise<Template> =>
  isFile(written)
    ? templateFor(written, vocabulary, invocation)
    : withTasker(invocation, async ({ templates }) => (await templates.get(templateName(written))).template)

/** What is written, unchecked: for a comparison. */
export const writtenTemplate = async (written: string, invocation: Invocation): Promise<Json> => {
  const text = isFile(written)
    ? await textFor(written, 'template', invocation.system)
    : await withTasker(
        invocation,
        async ({ templates }) => (await templates.get(templateName(written))).registered.text,
      )
  const parsed = parseYaml(text, written)
  if (E.isRight(parsed)) return parsed.right.value
  const [first] = parsed.left
  throw new UserError({
    code: 'invalid_yaml',
    message: `${written}: ${first?.message ?? 'is no YAML'}`,
    place: { source: written, ...(first === undefined ? {} : { line: first.line, column: first.column }) },
  })
}
