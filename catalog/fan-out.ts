/**
 * `catalog:fan_out`: one instance of a handler for each item, or for each chunk of items. What the instances run stays as
 * it was written, references and all: each instance resolves them for itself, so that a secret never stands in an event.
 */
import * as t from 'io-ts'
import { closed } from '../src/core/closed.js'
import { described, integer, text } from '../src/core/described.js'
import { jsonObject } from '../src/core/events/codecs.js'
import type { Json } from '../src/core/json.js'
import { MAX_ATTEMPTS, MAX_BATCH_SIZE, MAX_CALLABLE_CHARS, MAX_PARALLELISM } from '../src/core/limits.js'
import { CATALOG_PREFIX } from '../src/core/step.js'
import { outcome, StepFailure } from '../src/ports/handler.js'
import { defineHandler } from './define-handler.js'
import { data, items, stepTimeout } from './fields.js'
import { listIn } from './working-data.js'

const config = closed(
  {
    handler: text({
      maxChars: MAX_CALLABLE_CHARS,
      description: 'The handler of every instance, e.g. catalog:http_request; one that stands in standard steps.',
    }),
  },
  {
    items: items(
      'One instance an item; or the input named items. One of the two is needed; none at all is an empty list.',
    ),
    chunk_size: integer({
      min: 1,
      max: MAX_BATCH_SIZE,
      description: `An instance takes so many items: \${item} is then a list.`,
    }),
    handler_config: described(
      jsonObject,
      `The configuration of every instance. \${item} or \${item.PATH} stands for its item; other references as usual.`,
    ),
    handler_inputs: described(jsonObject, `The inputs of every instance, with \${item…} as in handler_config.`),
    max_concurrency: integer({ min: 1, max: MAX_PARALLELISM, description: 'Instances that run at a time.' }),
    max_attempts: integer({ min: 1, max: MAX_ATTEMPTS, description: 'Attempts of one instance.' }),
    timeout_seconds: stepTimeout,
  },
)

/** `isOfCatalog` tells whether a bare name is one of the catalog's: `http_request` is `catalog:http_request`. */
export const fanOut = (isOfCatalog: (name: string) => boolean) =>
  defineHandler({
    name: 'catalog:fan_out',
    summary:
      'Runs a handler once for each item of a list, in parallel, as steps of their own named <this step>[0], [1], … The result of this step is the list of their results, in the order of the items, null where one failed. What depends on this step waits for all of them; let it be catalog:aggregate in a deferred_convergence step with tolerate_failures to go on when some fail.',
    config,
    inputs: closed({}, { items: data('A list, in place of config.items.') }),
    output: described(t.readonlyArray(t.unknown), 'The results of the instances, in the order of the items.'),
    errors: [
      { code: 'not_a_list', retryable: false, when: 'items is no list' },
      { code: 'items_missing', retryable: false, when: 'neither config.items nor the input items is given' },
    ],
    hints: { latency: 'instant' },
    fields: { nested: [{ handler: 'handler', config: 'handler_config', inputs: 'handler_inputs' }] },
    stepTypes: ['standard', 'deferred_convergence'],
    run: ({ config, inputs }) => {
      const all = itemsOf(inputs.items ?? config.items)
      return outcome({
        kind: 'fanned-out',
        items: config.chunk_size === undefined ? all : chunksOf(all, config.chunk_size),
        handler: isOfCatalog(config.handler) ? CATALOG_PREFIX + config.handler : config.handler,
        config: config.handler_config ?? {},
        ...(config.handler_inputs === undefined ? {} : { inputs: config.handler_inputs }),
        ...(config.max_concurrency === undefined ? {} : { parallelism: config.max_concurrency }),
        ...(config.max_attempts === undefined ? {} : { retry: { maxAttempts: config.max_attempts } }),
        ...(config.timeout_seconds === undefined ? {} : { timeoutMs: config.timeout_seconds * 1000 }),
      })
    },
  })

const itemsOf = (given: Json | undefined): ReadonlyArray<Json> => {
  if (given !== undefined) return listIn(given, 'items')
  throw new StepFailure('items_missing', 'a fan-out needs items, in its config or as an input', { retryable: false })
}

const chunksOf = (all: ReadonlyArray<Json>, size: number): ReadonlyArray<ReadonlyArray<Json>> =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size))
