/** What is wrong with a handler's definition, found when it is defined and not when a step first meets it. */
import * as t from 'io-ts'
import { ClosedType } from '../src/core/closed.js'
import { MAX_CALLABLE_CHARS, MAX_SUMMARY_CHARS } from '../src/core/limits.js'
import { SchemaType } from '../src/core/schema-type.js'
import { STEP_TYPES } from '../src/core/template/step-keys.js'

const KNOWN_KEYS = [
  'name',
  'version',
  'summary',
  'config',
  'inputs',
  'output',
  'outputFor',
  'errors',
  'hints',
  'fields',
  'stepTypes',
  'methods',
  'run',
]

const FIELD_KINDS = ['urls', 'secrets', 'connections', 'expressions', 'schemas', 'nested', 'results', 'stepNames']

/** Takes anything, because users write JavaScript too. */
export const problemsOfDefinition = (definition: unknown): ReadonlyArray<string> => {
  if (typeof definition !== 'object' || definition === null) return ['a definition is an object with `name` and `run`']
  const get = (key: string): unknown => Reflect.get(definition, key)
  return [
    ...Object.keys(definition)
      .filter((key) => !KNOWN_KEYS.includes(key))
      .map((key) => `"${key}" is no key of a definition; known are ${KNOWN_KEYS.join(', ')}`),
    ...nameProblems(get('name')),
    ...(typeof get('run') === 'function' ? [] : ['`run` must be a function']),
    ...(['function', 'undefined'].includes(typeof get('outputFor')) ? [] : ['`outputFor` must be a function']),
    ...textProblems('version', get('version'), MAX_CALLABLE_CHARS),
    ...textProblems('summary', get('summary'), MAX_SUMMARY_CHARS),
    ...['config', 'inputs', 'output'].flatMap((key) => codecProblems(key, get(key))),
    ...stepTypeProblems(get('stepTypes')),
    ...methodProblems(get('methods')),
    ...errorProblems(get('errors')),
    ...fieldProblems(get('fields'), get('config')),
  ]
}

const nameProblems = (name: unknown): ReadonlyArray<string> => {
  if (typeof name !== 'string' || name === '') return ['`name` must be a text: the callable as templates write it']
  if (name.length > MAX_CALLABLE_CHARS) return [`\`name\` has more than ${MAX_CALLABLE_CHARS} characters`]
  return /[\s${}"]/.test(name) ? ['`name` may hold neither spaces nor any of $ { } "'] : []
}

const textProblems = (key: string, value: unknown, maxChars: number): ReadonlyArray<string> =>
  value === undefined || (typeof value === 'string' && value.length <= maxChars)
    ? []
    : [`\`${key}\` must be a text of at most ${maxChars} characters`]

const codecProblems = (key: string, value: unknown): ReadonlyArray<string> =>
  value === undefined || value instanceof t.Type ? [] : [`\`${key}\` must be an io-ts codec`]

const stepTypeProblems = (types: unknown): ReadonlyArray<string> =>
  types === undefined || (Array.isArray(types) && types.length > 0 && types.every((type) => STEP_TYPES.includes(type)))
    ? []
    : [`\`stepTypes\` must be a list of ${STEP_TYPES.join(', ')}`]

const methodProblems = (methods: unknown): ReadonlyArray<string> =>
  methods === undefined ||
  (Array.isArray(methods) && methods.every((method) => typeof method === 'string' && /^\w{1,255}$/.test(method)))
    ? []
    : ['`methods` must be a list of names']

const errorProblems = (errors: unknown): ReadonlyArray<string> => {
  if (errors === undefined) return []
  const fits =
    Array.isArray(errors) &&
    errors.every(
      (error) =>
        typeof error?.code === 'string' && typeof error.retryable === 'boolean' && typeof error.when === 'string',
    )
  return fits ? [] : ['`errors` must be a list of {code, retryable, when}']
}

const fieldProblems = (fields: unknown, config: unknown): ReadonlyArray<string> => {
  if (fields === undefined) return []
  if (typeof fields !== 'object' || fields === null) return ['`fields` must be an object']
  const keys = keysOf(config)
  return Object.entries(fields).flatMap(([kind, paths]) => {
    if (!FIELD_KINDS.includes(kind)) return [`\`fields.${kind}\` is unknown; known are ${FIELD_KINDS.join(', ')}`]
    if (!Array.isArray(paths)) return [`\`fields.${kind}\` must be a list`]
    return paths
      .flatMap((path) => (kind === 'nested' ? [path?.handler, path?.config, path?.inputs ?? path?.config] : [path]))
      .flatMap((path) => fieldProblem(kind, path, keys))
  })
}

/** A path that names no key of the configuration would quietly protect nothing. */
const fieldProblem = (kind: string, path: unknown, keys: ReadonlyArray<string> | undefined): ReadonlyArray<string> => {
  if (typeof path !== 'string' || path === '') return [`\`fields.${kind}\` must hold paths`]
  const key = path.split('.')[0] ?? ''
  return keys === undefined || key === '*' || keys.includes(key)
    ? []
    : [`\`fields.${kind}\` names "${path}", but the configuration has no "${key}"`]
}

const keysOf = (config: unknown): ReadonlyArray<string> | undefined => {
  if (config instanceof ClosedType) return [...Object.keys(config.required), ...Object.keys(config.optional)]
  const properties = config instanceof SchemaType ? config.schema.properties : undefined
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : undefined
}
