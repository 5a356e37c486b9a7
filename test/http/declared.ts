/** Holds real answers to what the OpenAPI document says of them: an answer that is not declared, or not as declared, throws. */
import { type Schema, Validator } from '@cfworker/json-schema'
import { openApiDocument } from '../../src/http/openapi.js'
import { ROUTES } from '../../src/http/route-table.js'

const { components } = openApiDocument({ version: '0', routes: ROUTES })
const document = JSON.parse(JSON.stringify(openApiDocument({ version: '0', routes: ROUTES })))
const validators = new Map<string, Validator>()

/** Operations that were answered in this process. */
export const answered = new Set<string>()

const PATHS: ReadonlyArray<{ readonly path: string; readonly pattern: RegExp }> = Object.keys(document.paths)
  .map((path) => ({ path, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) }))
  // A path that is written out comes before one with parameters.
  .sort((left, right) => left.path.split('{').length - right.path.split('{').length)

export const checkDeclared = (
  method: string,
  url: string,
  answer: { readonly status: number; readonly headers: Headers; readonly body: unknown },
): void => {
  const { pathname } = new URL(url)
  const known = PATHS.find(({ pattern }) => pattern.test(pathname))
  const operation = known === undefined ? undefined : document.paths[known.path][method.toLowerCase()]
  if (operation === undefined) return
  // A browser is sent to log in, whatever it asks for as a page.
  if (answer.status === 303) return
  const { operationId } = operation
  const said = operation.responses[String(answer.status)]
  const where = `${operationId} ${answer.status}`
  if (said === undefined) throw new Error(`${where} is not declared: ${JSON.stringify(answer.body)}`)
  if (answer.status < 300) answered.add(operationId)
  if (said.content === undefined) return
  const [type = ''] = (answer.headers.get('content-type') ?? '').split(';')
  const content = said.content[type]
  if (content === undefined) throw new Error(`${where}: ${type} is not declared`)
  if (!type.endsWith('json')) return
  const { valid, errors } = validatorOf(where, content.schema).validate(answer.body)
  if (!valid) throw new Error(`${where} is not as declared: ${JSON.stringify(errors, null, 1)}`)
}

const validatorOf = (key: string, schema: object): Validator => {
  const known = validators.get(key) ?? new Validator({ ...schema, components } as Schema, '2020-12', false)
  validators.set(key, known)
  return known
}
