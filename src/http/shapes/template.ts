/** Registered templates, and what is wrong with one. */
import * as t from 'io-ts'
import { list, named, orNull } from '../shape.js'

const listing = {
  namespace: t.string,
  name: t.string,
  version: t.string,
  digest: t.string,
  registered_at: t.string,
  registered_by: t.string,
  registered_via: orNull(t.string),
}

export const templateListing = named('TemplateListing', t.type(listing))

export const templateList = named('TemplateList', t.type({ items: list(templateListing) }))

/** With the text of its author, YAML or JSON. */
export const registeredTemplate = named('RegisteredTemplate', t.type({ ...listing, text: t.string }))

export const registration = named(
  'Registration',
  t.type({ namespace: t.string, name: t.string, version: t.string, digest: t.string, is_new: t.boolean }),
)

export const templateCheck = named(
  'TemplateCheck',
  t.type({
    valid: t.boolean,
    problems: list(
      t.intersection([
        t.type({ code: t.string, path: t.string, message: t.string }),
        t.partial({ line: t.number, column: t.number }),
      ]),
    ),
  }),
)

export const templateDiff = named(
  'TemplateDiff',
  t.type({
    differences: list(
      t.intersection([
        t.type({ kind: t.union([t.literal('added'), t.literal('removed'), t.literal('changed')]), path: t.string }),
        t.partial({ before: t.unknown, after: t.unknown }),
      ]),
    ),
  }),
)
