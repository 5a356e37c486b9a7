/**
 * References become values, just before a handler runs. What they name is read once each, paths that are more than names
 * and indices go to the evaluator together, and what a fan-out hands on to its instances is left as it was written.
 * Nothing is decoded here, and no secret is read that does not stand in a field made for it.
 */
import type { Capability } from '../core/capability.js'
import { matchesAnyField } from '../core/field-path.js'
import type { Json, JsonObject } from '../core/json.js'
import { type PlacedText, type Reference, referencesIn } from '../core/reference.js'
import type { Expressions } from '../ports/expressions.js'
import { StepFailure } from '../ports/handler.js'
import { createMasker, type Masker } from './mask.js'
import { readReferences, type Secrets } from './reference-values.js'
import { type Replacement, replaceAt } from './replace.js'
import { textOf, urlOf } from './resolved-text.js'

/** A secret's value and the hosts to which it may be sent; undefined where there is none of that name. */
export type SecretsProvider = (
  name: string,
) => Promise<{ readonly value: string; readonly hosts: ReadonlyArray<string> } | undefined>

export interface Unresolved {
  readonly config: JsonObject
  readonly inputs: JsonObject
  /** The step's materialised name, for what is said of faults. */
  readonly step: string
  /** The task's input: `${task.context}`. */
  readonly input: Json
  readonly item?: Json
  /** The result of the step that goes by this name where it was written; undefined where there is none. */
  resultOf(name: string): Promise<Json | undefined>
  readonly secrets: SecretsProvider
  /** Secrets that other steps of the task may send: where a server repeats one of them here, it is masked too. */
  readonly othersSecrets?: ReadonlyArray<string>
  readonly fields: Capability['fields']
  readonly expressions: Expressions
}

export interface Resolved extends Masker {
  readonly config: JsonObject
  readonly inputs: JsonObject
  /** The hosts of each secret that was read. */
  readonly secretHosts: ReadonlyArray<ReadonlyArray<string>>
}

/** Throws a permanent `StepFailure` where a reference cannot be resolved. Without references it returns what it got. */
export const resolveConfig = async (unresolved: Unresolved): Promise<Resolved> => {
  const { config, inputs, fields } = unresolved
  const inConfig = referencesIn(config).filter(({ path }) => !isHandedOn(fields, path))
  const inInputs = referencesIn(inputs)
  if (inConfig.length === 0 && inInputs.length === 0) {
    return { config, inputs, secretHosts: [], ...createMasker(await othersValues(unresolved)) }
  }
  const inAll = [...inConfig, ...inInputs]
  for (const text of inConfig) checkSecretsIn(text, matchesAnyField(fields.secrets, text.path), unresolved.step)
  for (const text of inInputs) checkSecretsIn(text, false, unresolved.step)
  const secrets = await secretsOf(inAll, unresolved)
  const valueBehind = await readReferences(referencesOf(inAll), secrets, unresolved)
  const isUrl = (path: ReadonlyArray<string>) => matchesAnyField(fields.urls, path)
  return {
    config: replaceAt(
      config,
      inConfig.map((text) => replacementOf(text, isUrl(text.path), valueBehind)),
    ),
    inputs: replaceAt(
      inputs,
      inInputs.map((text) => replacementOf(text, false, valueBehind)),
    ),
    secretHosts: [...secrets.values()].map(({ hosts }) => hosts),
    ...createMasker([...[...secrets.values()].map(({ value }) => value), ...(await othersValues(unresolved))]),
  }
}

/** Whether a place belongs to the instances that a fan-out makes, which resolve it for themselves. */
const isHandedOn = (fields: Capability['fields'], path: ReadonlyArray<string>): boolean =>
  fields.nested.some(({ config, inputs }) =>
    [config, inputs].some((prefix) => prefix?.split('.').every((key, index) => key === path[index]) === true),
  )

const replacementOf = (
  { path, text, segments }: PlacedText,
  isUrl: boolean,
  valueBehind: (reference: Reference) => Json,
): Replacement => {
  const parts = segments.map((segment) => {
    if (segment.kind === 'problem') throw failure('reference_invalid', segment.problem)
    return segment.kind === 'text'
      ? segment
      : { kind: 'value' as const, value: valueBehind(segment.reference), source: segment.source }
  })
  const [only] = parts
  if (parts.length === 1 && only?.kind === 'value') return { path, value: only.value }
  return { path, value: isUrl ? urlOf(parts, text) : textOf(parts) }
}

const checkSecretsIn = ({ path, segments }: PlacedText, mayHold: boolean, step: string): void => {
  for (const segment of segments) {
    if (segment.kind === 'problem')
      throw failure('reference_invalid', `${path.join('.')} of ${step}: ${segment.problem}`)
    if (segment.kind === 'reference' && segment.reference.root === 'secrets' && !mayHold) {
      throw failure('secret_not_allowed', `${path.join('.')} of ${step} may not hold a secret (${segment.source})`)
    }
  }
}

const referencesOf = (texts: ReadonlyArray<PlacedText>): ReadonlyArray<Reference> =>
  texts.flatMap(({ segments }) =>
    segments.flatMap((segment) => (segment.kind === 'reference' ? [segment.reference] : [])),
  )

const secretsOf = async (texts: ReadonlyArray<PlacedText>, { secrets }: Unresolved): Promise<Secrets> => {
  const names = new Set(
    referencesOf(texts).flatMap((reference) => (reference.root === 'secrets' ? [reference.name] : [])),
  )
  const read = await Promise.all(
    [...names].map(async (name) => {
      const secret = await secrets(name)
      if (secret !== undefined) return [name, secret] as const
      throw failure('secret_unknown', `there is no secret "${name}" in the configuration of this worker`)
    }),
  )
  return new Map(read)
}

/** What this worker does not have, it cannot know; whoever sends it will say so. */
const othersValues = async ({ secrets, othersSecrets = [] }: Unresolved): Promise<ReadonlyArray<string>> => {
  const read = await Promise.allSettled(othersSecrets.map((name) => secrets(name)))
  const values = read.flatMap((one) => (one.status === 'fulfilled' && one.value !== undefined ? [one.value.value] : []))
  return values.filter(({ length }) => length >= MIN_CHARS_OF_OTHERS)
}

/** Shorter ones would be found by chance in what has nothing to do with them. */
const MIN_CHARS_OF_OTHERS = 8

const failure = (code: string, message: string): StepFailure => new StepFailure(code, message, { retryable: false })
