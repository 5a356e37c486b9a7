/** Templates as small as a test of one rule needs them, and what is found against them. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { defineHandler } from '../../../catalog/define-handler.js'
import { vocabularyOf } from '../../../catalog/vocabulary.js'
import type { Vocabulary } from '../../../src/core/capability.js'
import { closed } from '../../../src/core/closed.js'
import { jsonObject } from '../../../src/core/events/codecs.js'
import type { Json, JsonObject } from '../../../src/core/json.js'
import { parseTemplate } from '../../../src/core/template/parse.js'
import type { TemplateProblem } from '../../../src/core/template/problem.js'
import type { Template } from '../../../src/core/template.js'

/** Handlers that the templates of these tests may name. */
export const vocabulary = vocabularyOf([
  defineHandler({ name: 'charge_card', run: () => null }),
  defineHandler({ name: 'send_mail', run: () => null }),
  defineHandler({
    name: 'fetch_rates',
    config: closed({ url: t.string }, { tries: t.number, token: t.string, select: t.string }),
    fields: { urls: ['url'], secrets: ['token'], expressions: ['select'] },
    run: () => null,
  }),
  defineHandler({
    name: 'for_each',
    config: closed({ run: t.string, run_config: jsonObject }),
    fields: { nested: [{ handler: 'run', config: 'run_config' }] },
    run: () => null,
  }),
  defineHandler({ name: 'catalog:http_request', stepTypes: ['standard'], run: () => null }),
  defineHandler({ name: 'catalog:decide', stepTypes: ['decision'], run: () => null }),
  defineHandler({ name: 'catalog:plan', stepTypes: ['planning'], run: () => null }),
  defineHandler({ name: 'catalog:gate', stepTypes: ['gate'], run: () => null }),
])

export const step = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  handler: { callable: 'charge_card' },
  ...more,
})
export const after = (name: string, ...dependencies: ReadonlyArray<string>): JsonObject => step(name, { dependencies })
export const withSteps = (...steps: ReadonlyArray<Json>): JsonObject => ({ name: 'order', steps })

export const parse = (value: Json, known: Vocabulary | undefined = vocabulary, environment?: string) =>
  parseTemplate(value, known, { digest: 'sha256:0', environment })

export const accepted = (value: Json, known?: Vocabulary, environment?: string): Template => {
  const parsed = parse(value, known, environment)
  if (E.isLeft(parsed)) throw new Error(JSON.stringify(parsed.left))
  return parsed.right
}

export const problems = (value: Json, known?: Vocabulary): ReadonlyArray<TemplateProblem> => {
  const parsed = parse(value, known)
  return E.isLeft(parsed) ? parsed.left : []
}

/** The code and the path of each problem. */
export const shown = (value: Json): ReadonlyArray<string> => problems(value).map(({ code, path }) => `${code} ${path}`)
