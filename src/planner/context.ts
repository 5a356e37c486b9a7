/**
 * What a planner is shown of a task's data. The policy goes by size alone: small values whole, larger ones as an outline
 * with samples, the largest by digest with their shape and one sample; and when all together are too much, each in a
 * smaller form. It is deterministic, and the form of each part is recorded with the request. What failed of an earlier
 * plan is data like the results: it is named by the digest, and shown by the same sizes.
 */
import { createHash } from 'node:crypto'
import type { Json, JsonObject } from '../core/json.js'
import { CONTEXT_OUTLINE_BYTES, CONTEXT_TOTAL_BYTES, CONTEXT_WHOLE_BYTES } from '../core/limits.js'
import { section } from './data-section.js'
import { DETAILS, outline, shapeOf } from './outline.js'
import type { PlanningBrief } from './planning-session.js'

export type ContextForm = 'whole' | 'outline' | 'reference' | 'omitted'

export interface ContextPart {
  /** How a fragment refers to it: `task.context`, `steps.NAME.result`. */
  readonly name: string
  readonly form: ContextForm
  readonly bytes: number
  readonly digest: string
  /** The section of the prompt; empty where it is omitted. */
  readonly text: string
}

interface Source {
  readonly name: string
  readonly value: Json
  readonly bytes: number
  readonly digest: string
}

export const contextParts = (context: PlanningBrief['context']): ReadonlyArray<ContextPart> => {
  const sources = sourcesOf(context)
  for (const share of [1, 4, 16]) {
    const parts = sources.map((source) => partOf(source, formOf(source.bytes, share), share))
    if (sizeOf(parts) <= CONTEXT_TOTAL_BYTES) return parts
  }
  let left = CONTEXT_TOTAL_BYTES
  return sources.map((source) => {
    const part = partOf(source, 'reference', 16)
    left -= Buffer.byteLength(part.text)
    return left >= 0 ? part : { ...part, form: 'omitted', text: '' }
  })
}

/** Names the data exactly, whatever form it was shown in. */
export const contextDigestOf = ({ context, failures }: Pick<PlanningBrief, 'context' | 'failures'>): string =>
  digestOf(
    [...sourcesOf(context), ...(failures === undefined ? [] : [sourceOf('failed_before', failures)])]
      .map((source) => `${source.name} ${source.digest}\n`)
      .join(''),
  )

/** A value that no reference reaches: whole where it is small, else as much of it as stays small. */
export const inSmall = (value: Json): Json =>
  shown(value, formOf(Buffer.byteLength(JSON.stringify(value)), 1), CONTEXT_WHOLE_BYTES)

/** What is recorded of the policy's outcome. */
export const contextRecord = (parts: ReadonlyArray<ContextPart>): ReadonlyArray<JsonObject> =>
  parts.map(({ name, form, bytes, digest }) => ({ name, form, bytes, digest }))

const sourcesOf = (context: PlanningBrief['context']): ReadonlyArray<Source> => {
  const names = Object.keys(context.results).sort()
  return [
    sourceOf('task.context', context.input),
    ...names.map((name) => sourceOf(`steps.${name}.result`, context.results[name] ?? null)),
  ]
}

const sourceOf = (name: string, value: Json): Source => {
  const text = JSON.stringify(value)
  return { name, value, bytes: Buffer.byteLength(text), digest: digestOf(text) }
}

const formOf = (bytes: number, share: number): ContextForm =>
  bytes <= CONTEXT_WHOLE_BYTES / share ? 'whole' : bytes <= CONTEXT_OUTLINE_BYTES / share ? 'outline' : 'reference'

const partOf = ({ name, value, bytes, digest }: Source, form: ContextForm, share: number): ContextPart => ({
  name,
  form,
  bytes,
  digest,
  text: section('data', shown(value, form, CONTEXT_WHOLE_BYTES / share), { name, form, bytes, digest }),
})

const shown = (value: Json, form: ContextForm, limit: number): Json => {
  if (form === 'whole') return value
  const sparsest = outline(value, { items: 1, keys: 10, chars: 40, depth: 3 })
  if (form === 'reference') return { schema: shapeOf([value], 3), sample: sparsest }
  const outlines = DETAILS.map((detail) => outline(value, detail))
  return outlines.find((candidate) => Buffer.byteLength(JSON.stringify(candidate)) <= limit) ?? sparsest
}

const sizeOf = (parts: ReadonlyArray<ContextPart>): number =>
  parts.reduce((sum, part) => sum + Buffer.byteLength(part.text), 0)

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`
