/** Templates: registered, listed, shown as they were written, checked and compared. */
import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { closed } from '../../core/closed.js'
import { described, ruled, text } from '../../core/described.js'
import { jsonObject } from '../../core/events/codecs.js'
import type { Json, JsonObject } from '../../core/json.js'
import { differencesOf } from '../../core/template/difference.js'
import { DEFAULT_NAMESPACE } from '../../core/template/parse.js'
import { type TemplateError, templateOf } from '../../templates/load-template.js'
import { TemplateInvalid } from '../../templates/registry.js'
import { parseYaml } from '../../templates/yaml-source.js'
import type { AppParts } from '../app-parts.js'
import { byOf, type Caller, maySee } from '../caller.js'
import { MAX_BODY_BYTES, MAX_NAME_CHARS } from '../limits.js'
import { ok, type Route, route } from '../route.js'
import { checkNamespace } from '../scope.js'
import { shaped } from '../shape.js'
import {
  registeredTemplate,
  registration,
  templateCheck,
  templateDiff,
  templateList,
  templateListing,
} from '../shapes/template.js'

const name = text({ maxChars: MAX_NAME_CHARS })

const source = ruled(
  closed(
    {},
    {
      text: text({ maxChars: MAX_BODY_BYTES, description: 'YAML or JSON, as its author wrote it' }),
      definition: described(jsonObject, 'the same as JSON'),
    },
  ),
  'either text or definition',
  (written) =>
    (written.text === undefined) === (written.definition === undefined)
      ? { at: 'text', message: 'there must be either text or definition' }
      : undefined,
)

const common = { tag: 'templates', permission: 'templates:read' } as const
const inNamespace = closed({}, { namespace: name })

export const templateRoutes: ReadonlyArray<Route> = [
  route({
    ...common,
    id: 'listTemplates',
    method: 'get',
    path: '/templates',
    summary: 'Every registered version, by namespace and name',
    query: closed({}, { namespace: name, name }),
    answer: templateList,
    handle: async ({ query, caller }, { templates }) => {
      const listed = await templates.list(filterOf(query))
      return ok({
        items: listed.filter((one) => maySee(caller, one.namespace)).map((one) => shaped(templateListing, one)),
      })
    },
  }),
  route({
    ...common,
    id: 'registerTemplate',
    method: 'post',
    path: '/templates',
    summary: 'Register a template under its name and version, for ever',
    permission: 'templates:write',
    body: source,
    answer: registration,
    statuses: [201, 200],
    refuses: ['template_invalid', 'template_version_exists', 'template_version_invalid', 'namespace_forbidden'],
    handle: async ({ body, caller }, parts) => {
      checkNamespace(caller, namespaceIn(meantBy(body)))
      const { templates } = parts
      const by = byOf(caller)
      const { registered, isNew } =
        body.text === undefined
          ? await templates.register(body.definition ?? {}, by)
          : await templates.registerText(body.text, by)
      const { namespace, name, version, digest } = registered
      return { status: isNew ? 201 : 200, body: { namespace, name, version, digest, is_new: isNew } }
    },
  }),
  route({
    ...common,
    id: 'validateTemplate',
    method: 'post',
    path: '/templates/validate',
    summary: 'Everything that is wrong with a template, nothing of it registered',
    body: source,
    answer: templateCheck,
    handle: async ({ body }, { vocabulary }) => {
      const problems = problemsOf(body, vocabulary)
      return ok({ valid: problems.length === 0, problems })
    },
  }),
  route({
    ...common,
    id: 'getTemplate',
    method: 'get',
    path: '/templates/:name',
    summary: 'The latest release of a template as it was written',
    query: inNamespace,
    answer: registeredTemplate,
    refuses: ['template_unknown'],
    handle: async ({ params, query, caller }, parts) => ok(await shown(parts, caller, params.name, query.namespace)),
  }),
  route({
    ...common,
    id: 'listTemplateVersions',
    method: 'get',
    path: '/templates/:name/versions',
    summary: 'The versions of a template in the order in which they were registered',
    query: inNamespace,
    answer: templateList,
    refuses: ['template_unknown'],
    handle: async ({ params, query, caller }, parts) => {
      const { namespace = DEFAULT_NAMESPACE } = query
      // Refused where there is none of that name.
      await shown(parts, caller, params.name, namespace)
      const listed = await parts.templates.list({ namespace, name: params.name })
      return ok({ items: listed.map((one) => shaped(templateListing, one)) })
    },
  }),
  route({
    ...common,
    id: 'getTemplateVersion',
    method: 'get',
    path: '/templates/:name/versions/:version',
    summary: 'A version of a template as it was written',
    query: inNamespace,
    answer: registeredTemplate,
    refuses: ['template_unknown'],
    handle: async ({ params, query, caller }, parts) =>
      ok(await shown(parts, caller, params.name, query.namespace, params.version)),
  }),
  route({
    ...common,
    id: 'diffTemplates',
    method: 'get',
    path: '/templates/:name/diff',
    summary: 'What is different between two versions, by step and by key',
    query: closed({ from: name }, { to: name, namespace: name }),
    answer: templateDiff,
    refuses: ['template_unknown'],
    handle: async ({ params, query, caller }, parts) => {
      const before = await shown(parts, caller, params.name, query.namespace, query.from)
      const after = await shown(parts, caller, params.name, query.namespace, query.to)
      const differences = differencesOf(meantBy(before), meantBy(after))
      return ok({ differences: differences.map((difference) => ({ ...difference })) })
    },
  }),
]

const filterOf = ({ namespace, name }: { namespace?: string; name?: string }) => ({
  ...(namespace === undefined ? {} : { namespace }),
  ...(name === undefined ? {} : { name }),
})

const shown = async (
  { templates }: Pick<AppParts, 'templates'>,
  caller: Caller,
  name: string,
  namespace: string = DEFAULT_NAMESPACE,
  version?: string,
): Promise<t.TypeOf<typeof registeredTemplate>> => {
  checkNamespace(caller, namespace)
  const wanted = { name, namespace, ...(version === undefined ? {} : { version }) }
  return shaped(registeredTemplate, (await templates.get(wanted)).registered)
}

export type Source = { readonly text?: string; readonly definition?: JsonObject }

/** What the text says. Throws `TemplateInvalid`. */
const meantBy = (written: Source): Json => {
  if (written.text === undefined) return written.definition ?? {}
  const parsed = parseYaml(written.text, 'the template')
  if (E.isLeft(parsed)) throw new TemplateInvalid(parsed.left.map((problem) => ({ ...problem, path: '' })))
  return parsed.right.value
}

const namespaceIn = (value: Json): string => {
  const said: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'namespace_name') : undefined
  return typeof said === 'string' ? said : DEFAULT_NAMESPACE
}

const problemsOf = (written: Source, vocabulary: AppParts['vocabulary']) => {
  const told = ({ code, path, message, line, column }: TemplateError) => ({
    code,
    path,
    message,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  })
  if (written.text === undefined) {
    const checked = templateOf(written.definition ?? {}, vocabulary)
    return E.isRight(checked) ? [] : checked.left.map(told)
  }
  const parsed = parseYaml(written.text, 'the template')
  if (E.isLeft(parsed)) return parsed.left.map((problem) => told({ ...problem, path: '' }))
  const { value, place } = parsed.right
  const checked = templateOf(value, vocabulary)
  return E.isRight(checked) ? [] : checked.left.map((problem) => told({ ...problem, ...place(problem.path) }))
}
