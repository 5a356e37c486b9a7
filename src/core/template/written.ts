/**
 * A template as its author writes it: Tasker Core's keys and values, and ours beside them. Closed, so that a slip of the
 * pen is told with its path; a key without a value (`description:`) is the same as no key, as it is there.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { closed, decode, type Problem } from '../closed.js'
import { listOf, mapOf } from '../described.js'
import { json, jsonObject } from '../events/codecs.js'
import { isJsonObject, type Json } from '../json.js'
import {
  MAX_CALLABLE_CHARS,
  MAX_ENVIRONMENTS,
  MAX_EXPRESSION_CHARS,
  MAX_NAME_CHARS,
  MAX_TASK_DURATION_MINUTES,
  MAX_TEMPLATE_STEPS,
  MAX_TEXT_CHARS,
  MAX_WAITING_MINUTES,
  NAMESPACE,
} from '../limits.js'
import { compensation } from './compensations.js'
import { domainEvents, publications } from './domain-events.js'
import { integer, matching, numeric, oneOf, text } from './scalars.js'
import { batchKeys, bounds, requires, retry, stepType, timeoutSeconds } from './step-keys.js'

const names = listOf(text(MAX_NAME_CHARS), { maxItems: MAX_TEMPLATE_STEPS })

const namespace = matching(NAMESPACE, 'lower-case letters, digits, - and _, beginning with a letter, 63 at most')

const handler = closed(
  { callable: text(MAX_CALLABLE_CHARS) },
  {
    method: text(MAX_NAME_CHARS),
    resolver: text(MAX_NAME_CHARS),
    initialization: jsonObject,
  },
)

const step = closed(
  { name: text(MAX_NAME_CHARS), handler },
  {
    description: text(MAX_TEXT_CHARS),
    type: stepType,
    step_type: stepType,
    system_dependency: text(MAX_NAME_CHARS),
    dependencies: names,
    depends_on: names,
    inputs: jsonObject,
    retry,
    timeout_seconds: timeoutSeconds,
    requires,
    tolerate_failures: t.boolean,
    on_empty: oneOf('run', 'skip'),
    on_cancel: compensation,
    on_failure: compensation,
    batch_config: closed({}, { ...batchKeys, checkpoint_interval: json }),
    bounds,
    limit_key: namespace,
    limit_per: text(MAX_EXPRESSION_CHARS),
    publishes_events: publications,
    result_schema: jsonObject,
    composition: json,
  },
)

const override = closed(
  { name: text(MAX_NAME_CHARS) },
  { handler: closed({}, { initialization: jsonObject }), retry, timeout_seconds: timeoutSeconds },
)

const lifecycle = closed(
  {},
  {
    max_duration_minutes: integer(1, MAX_TASK_DURATION_MINUTES),
    on_blocked: closed({ error_after_seconds: numeric(0, MAX_TASK_DURATION_MINUTES * 60) }),
    max_waiting_for_dependencies_minutes: integer(1, MAX_WAITING_MINUTES),
    max_waiting_for_retry_minutes: integer(1, MAX_WAITING_MINUTES),
    max_steps_in_process_minutes: integer(1, MAX_WAITING_MINUTES),
    staleness_action: oneOf('dlq', 'error', 'none'),
    auto_fail_on_timeout: t.boolean,
    auto_dlq_on_timeout: t.boolean,
  },
)

/** Every key there is; `test/core/template/keys.test.ts` says of each what it does. */
export const writtenTemplate = closed(
  { name: text(MAX_NAME_CHARS), steps: listOf(step, { minItems: 1, maxItems: MAX_TEMPLATE_STEPS }) },
  {
    namespace_name: namespace,
    version: text(MAX_NAME_CHARS),
    description: text(MAX_TEXT_CHARS),
    metadata: jsonObject,
    system_dependencies: closed({}, { primary: text(MAX_NAME_CHARS), secondary: names }),
    input_schema: jsonObject,
    bounds,
    lifecycle,
    domain_events: domainEvents,
    task_handler: json,
    environments: mapOf(closed({}, { steps: listOf(override, { maxItems: MAX_TEMPLATE_STEPS }), task_handler: json }), {
      maxKeys: MAX_ENVIRONMENTS,
    }),
  },
)

export type WrittenTemplate = t.TypeOf<typeof writtenTemplate>
export type WrittenStep = t.TypeOf<typeof step>
export type WrittenOverride = t.TypeOf<typeof override>

export interface Reading {
  readonly problems: ReadonlyArray<Problem>
  /** What could be read, the parts with a problem left out; undefined where that is no template any more. */
  readonly template: WrittenTemplate | undefined
}

/**
 * Reads a template with every problem of its shape. What is left when those parts are taken out is given back too, so
 * that the checks of its meaning run in the same pass, and a person learns of all that is wrong at once.
 */
export const readTemplate = (value: Json): Reading => {
  const given = withoutNulls(value)
  const first = decode(writtenTemplate, given)
  if (E.isRight(first)) return { problems: [], template: first.right }
  const paths = first.left.map((problem) => problem.path).filter((path) => path !== '')
  const rest = decode(writtenTemplate, without(given, new Set(paths), ''))
  return { problems: first.left, template: E.isRight(rest) ? rest.right : undefined }
}

/** Keys below which everything is the author's own, where `null` is a value. */
const OPAQUE: ReadonlySet<string> = new Set([
  'metadata',
  'input_schema',
  'result_schema',
  'initialization',
  'inputs',
  'schema',
  'composition',
])

const withoutNulls = (value: Json): Json => {
  if (isList(value)) return value.map(withoutNulls)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [key, OPAQUE.has(key) ? member : withoutNulls(member)]),
  )
}

const without = (value: Json, paths: ReadonlySet<string>, at: string): Json => {
  const inner = (key: string | number): string => (at === '' ? String(key) : `${at}.${key}`)
  // An item of a list stays, for the places of those after it would move.
  if (isList(value)) return value.map((member, index) => without(member, paths, inner(index)))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !paths.has(inner(key)))
      .map(([key, member]) => [key, without(member, paths, inner(key))]),
  )
}

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)
