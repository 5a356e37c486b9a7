/**
 * What is held against a JSON Schema before anything validates with it: its size, that it is a schema at all, that it
 * refers to itself only, and that its patterns run in linear time. Only positions that hold schemas are walked: a
 * property that is called `pattern` is a name, not a keyword.
 */
import type { Check } from '../../src/core/capability.js'
import { isJsonObject, type Json, type JsonObject } from '../../src/core/json.js'
import { MAX_SCHEMA_CHARS, MAX_SCHEMA_DEPTH, MAX_SCHEMA_NODES, MAX_SCHEMA_PATTERNS } from '../../src/core/limits.js'
import { compilePattern } from './linear-pattern.js'

type Fault = { readonly problem: string; readonly remedy: string }

const SCHEMA = new Set(
  'additionalItems unevaluatedItems items contains additionalProperties unevaluatedProperties propertyNames not if then else'.split(
    ' ',
  ),
)
const LIST_OF_SCHEMAS = new Set('prefixItems items allOf anyOf oneOf'.split(' '))
const MAP_OF_SCHEMAS = new Set('$defs definitions properties patternProperties dependentSchemas'.split(' '))
const NUMBERS = new Set(
  'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength minItems maxItems minProperties maxProperties minContains maxContains'.split(
    ' ',
  ),
)
const REFERENCES = new Set(['$ref', '$dynamicRef', '$recursiveRef'])
const TYPES = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer']

export const checkSchema: Check<JsonObject> = (schema) => {
  const sized = sizeFault(schema)
  if (sized !== undefined) return sized
  const open: Array<{ readonly value: Json; readonly path: string }> = [{ value: schema, path: '' }]
  let patterns = 0
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value, path } = place
    if (typeof value === 'boolean') continue
    if (!isJsonObject(value))
      return fault(path, 'must be a schema: an object, true or false', 'write {"type": …} there')
    for (const [key, member] of Object.entries(value)) {
      const at = path === '' ? key : `${path}.${key}`
      const found = keywordFault(key, member, at)
      if (found !== undefined) return found
      patterns += patternsIn(key, member).length
      open.push(...schemasIn(key, member, at))
    }
  }
  return patterns > MAX_SCHEMA_PATTERNS
    ? fault(
        '',
        `has ${patterns} patterns; at most ${MAX_SCHEMA_PATTERNS} are allowed`,
        'use enum, format or fewer patterns',
      )
    : undefined
}

const fault = (path: string, problem: string, remedy: string): Fault => ({
  problem: path === '' ? problem : `"${path}" ${problem}`,
  remedy,
})

const sizeFault = (schema: JsonObject): Fault | undefined => {
  let nodes = 0
  const open: Array<{ readonly value: Json; readonly depth: number }> = [{ value: schema, depth: 1 }]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    nodes++
    if (place.depth > MAX_SCHEMA_DEPTH) {
      return fault('', `nests deeper than ${MAX_SCHEMA_DEPTH}`, 'use $defs with $ref "#/$defs/…", or check less')
    }
    if (nodes > MAX_SCHEMA_NODES) return fault('', `has more than ${MAX_SCHEMA_NODES} parts`, 'check fewer fields')
    if (typeof place.value === 'object' && place.value !== null) {
      for (const value of Object.values(place.value)) open.push({ value, depth: place.depth + 1 })
    }
  }
  const chars = JSON.stringify(schema).length
  return chars > MAX_SCHEMA_CHARS
    ? fault('', `has ${chars} characters; at most ${MAX_SCHEMA_CHARS} are allowed`, 'check fewer fields')
    : undefined
}

const keywordFault = (key: string, value: Json, path: string): Fault | undefined => {
  if (REFERENCES.has(key)) {
    return typeof value === 'string' && value.startsWith('#')
      ? undefined
      : fault(path, 'refers outside of the schema', 'refer to "#/$defs/NAME" and define it in $defs')
  }
  if (key === '$id' || key === 'id') return fault(path, 'gives the schema an address', 'leave it out')
  if (key === 'type') return typeFault(value, path)
  if (key === 'required' || key === 'enum') return listFault(key, value, path)
  if (NUMBERS.has(key)) {
    return typeof value === 'number' ? undefined : fault(path, 'must be a number', 'write a number there')
  }
  if (MAP_OF_SCHEMAS.has(key) && !isJsonObject(value)) {
    return fault(path, 'must be an object of schemas', 'write {"name": {"type": …}}')
  }
  return patternsIn(key, value)
    .map((pattern) => patternFault(pattern, path))
    .find((found) => found !== undefined)
}

const typeFault = (value: Json, path: string): Fault | undefined => {
  const types: ReadonlyArray<Json> = Array.isArray(value) ? value : [value]
  const unknown = types.find((type) => typeof type !== 'string' || !TYPES.includes(type))
  return unknown === undefined
    ? undefined
    : fault(path, `names ${JSON.stringify(unknown)}, which is no type`, `use ${TYPES.join(', ')}`)
}

const listFault = (key: string, value: Json, path: string): Fault | undefined => {
  const fits = Array.isArray(value) && (key === 'enum' || value.every((name) => typeof name === 'string'))
  return fits
    ? undefined
    : fault(path, key === 'enum' ? 'must be a list of values' : 'must be a list of names', 'write a list there')
}

const patternsIn = (key: string, value: Json): ReadonlyArray<Json> => {
  if (key === 'pattern') return [value]
  return key === 'patternProperties' && isJsonObject(value) ? Object.keys(value) : []
}

const patternFault = (pattern: Json, path: string): Fault | undefined => {
  if (typeof pattern !== 'string') return fault(path, 'must be a text', 'write a pattern there')
  try {
    compilePattern(pattern)
    return undefined
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return fault(
      path,
      `is no pattern of the linear-time engine: ${reason}`,
      'write it without lookaround and backreferences, and shorter',
    )
  }
}

const schemasIn = (
  key: string,
  value: Json,
  path: string,
): ReadonlyArray<{ readonly value: Json; readonly path: string }> => {
  if (LIST_OF_SCHEMAS.has(key) && isList(value)) {
    return value.map((schema, index) => ({ value: schema, path: `${path}.${index}` }))
  }
  if (SCHEMA.has(key)) return [{ value, path }]
  if (MAP_OF_SCHEMAS.has(key) && isJsonObject(value)) {
    return Object.entries(value).map(([name, schema]) => ({ value: schema, path: `${path}.${name}` }))
  }
  return []
}

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)
