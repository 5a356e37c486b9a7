/**
 * What references stand for. The value behind a step, an item or the task's input is read once; simple paths into it are
 * followed here, and all others of one value go to the evaluator in one crossing.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Json } from '../core/json.js'
import type { Reference } from '../core/reference.js'
import { parseSimplePath, readSimplePath } from '../core/simple-path.js'
import type { Expressions } from '../ports/expressions.js'
import { StepFailure } from '../ports/handler.js'

export type Secrets = ReadonlyMap<string, { readonly value: string; readonly hosts: ReadonlyArray<string> }>

export interface Sources {
  readonly step: string
  readonly input: Json
  readonly item?: Json
  resultOf(name: string): Promise<Json | undefined>
  readonly expressions: Expressions
}

/** Gives a look-up that is null where a path finds nothing. Throws a `StepFailure` where there is nothing to look in. */
export const readReferences = async (
  references: ReadonlyArray<Reference>,
  secrets: Secrets,
  sources: Sources,
): Promise<(reference: Reference) => Json> => {
  const values = new Map<string, Json>()
  const groups = [...bySource(references).values()]
  const roots = await Promise.all(groups.map(({ first }) => rootOf(first, secrets, sources)))
  for (const [index, { paths }] of groups.entries()) {
    await readPaths(roots[index] ?? null, [...paths], values, sources.expressions)
  }
  return (reference) => values.get(keyOf(reference)) ?? null
}

const pathOf = (reference: Reference): string => ('path' in reference ? (reference.path ?? '') : '')

const sourceKeyOf = (reference: Reference): string =>
  'name' in reference ? `${reference.root} ${reference.name}` : reference.root

/** One reference has one value, however often it was written. */
const keyOf = (reference: Reference): string => JSON.stringify([sourceKeyOf(reference), pathOf(reference)])

interface Group {
  readonly first: Reference
  /** The key of each path's value, and the path. */
  readonly paths: Map<string, string>
}

const bySource = (references: ReadonlyArray<Reference>): ReadonlyMap<string, Group> => {
  const groups = new Map<string, Group>()
  for (const reference of references) {
    const source = sourceKeyOf(reference)
    const group = groups.get(source) ?? { first: reference, paths: new Map() }
    group.paths.set(keyOf(reference), pathOf(reference))
    groups.set(source, group)
  }
  return groups
}

const rootOf = async (reference: Reference, secrets: Secrets, sources: Sources): Promise<Json> => {
  switch (reference.root) {
    case 'context':
      return sources.input
    case 'secrets':
      return secrets.get(reference.name)?.value ?? null
    case 'item':
      if (sources.item !== undefined) return sources.item
      throw dangling(`${sources.step} is no instance: there is no item`)
    case 'steps': {
      const result = await sources.resultOf(reference.name)
      if (result !== undefined) return result
      throw dangling(`${sources.step} refers to the step "${reference.name}", which does not exist`)
    }
  }
}

const dangling = (message: string): StepFailure => new StepFailure('dangling_reference', message, { retryable: false })

const readPaths = async (
  value: Json,
  paths: ReadonlyArray<readonly [key: string, path: string]>,
  values: Map<string, Json>,
  expressions: Expressions,
): Promise<void> => {
  const others: Array<readonly [key: string, path: string]> = []
  for (const [key, path] of paths) {
    const simple = parseSimplePath(path)
    if (simple === undefined) others.push([key, path])
    else values.set(key, readSimplePath(value, simple))
  }
  if (others.length === 0) return
  const written = others.map(([, path]) => path)
  const rows = await expressions.evaluateAll(written, [value])
  if (E.isLeft(rows)) {
    const { code, message } = rows.left
    throw new StepFailure(code, message, { retryable: code === 'expression_timeout' })
  }
  for (const [index, [key]] of others.entries()) values.set(key, rows.right[0]?.[index] ?? null)
}
