/**
 * What a JSON Schema says of the place that a path leads to. Simple paths are followed exactly, `[*]` gives a list of what
 * its elements have there; of any other path nothing is known, and nobody is refused for it.
 */
import { isJsonObject, type Json } from '../json.js'
import { parseSimplePath } from '../simple-path.js'
import { kindsOf, schemaAt } from './schema-kinds.js'

/** `nothing` where the schema says that nothing can stand there. */
export const schemaAtPath = (schema: Json, path: string): Json | 'nothing' | undefined => {
  const [first = '', ...rest] = path.split('[*]')
  const steps = parseSimplePath(first)
  if (steps === undefined) return undefined
  const found = schemaAt(schema, steps)
  return rest.length === 0 || found === undefined || found === 'nothing' ? found : projected(found, rest)
}

/** Elements without that place are left out by a projection: where none can have it the list is always empty. */
const projected = (schema: Json, [first = '', ...rest]: ReadonlyArray<string>): Json | 'nothing' | undefined => {
  const kinds = kindsOf(schema)
  const steps = parseSimplePath(first.startsWith('.') ? first.slice(1) : first)
  // What is more than a path may make something else of the list.
  if (kinds === undefined || steps === undefined || !isJsonObject(schema)) return undefined
  if (!kinds.has('array')) return 'nothing'
  const items = isJsonObject(schema.items) ? schema.items : undefined
  if (items === undefined) return rest.length === 0 ? { type: 'array' } : undefined
  const found = schemaAt(items, steps)
  if (found === undefined) return rest.length === 0 ? { type: 'array' } : undefined
  const inner = rest.length === 0 || found === 'nothing' ? found : projected(found, rest)
  if (inner === 'nothing') return 'nothing'
  return inner === undefined ? undefined : { type: 'array', items: inner }
}
