/**
 * What a handler returned, as an outcome. Decision and batchable steps of users answer in Tasker Core's words
 * (`no_branches`, `create_steps`, `no_batches`, `create_batches`); an answer that is none of them fails the step for
 * good, since asking again would not change what the handler is.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { decode } from '../core/closed.js'
import type { Content } from '../core/content.js'
import { cursorFault } from '../core/cursors.js'
import { json } from '../core/events/codecs.js'
import type { Json } from '../core/json.js'
import type { Outcome } from '../core/outcome.js'
import type { StepDefinition } from '../core/step.js'
import { StepFailure } from '../ports/handler.js'

/** A plain result by the type of its step. Throws a permanent `StepFailure` where it says nothing that can be done. */
export const interpret = (definition: StepDefinition, result: Json, content: Content): Outcome => {
  if (definition.type === 'decision') return decided(definition, result, content)
  if (definition.type === 'batchable') return batched(definition, result)
  const yielded = checkpointYield.decode(result)
  if (E.isRight(yielded)) return { kind: 'yielded', checkpoint: checkpointOf(yielded.right) }
  return { kind: 'completed', result: content }
}

/** Tasker Core's way to hand a long step back: it is enqueued again and goes on from where it was. */
const checkpointYield = t.intersection([
  t.type({ type: t.literal('checkpoint_yield'), cursor: json, items_processed: t.number }),
  t.partial({ accumulated_results: json }),
])

const checkpointOf = ({
  cursor,
  items_processed,
  accumulated_results = null,
}: t.TypeOf<typeof checkpointYield>): Json => ({
  cursor,
  items_processed,
  accumulated_results,
})

const decision = t.union(
  [
    t.type({ type: t.literal('no_branches') }),
    t.type({ type: t.literal('create_steps'), step_names: t.array(t.string) }),
  ],
  '{type: "no_branches"} or {type: "create_steps", step_names: [names]}',
)

const decided = (definition: StepDefinition, result: Json, content: Content): Outcome => {
  const answer = decode(decision, result)
  if (E.isLeft(answer)) throw malformed('decision_invalid', definition, answer.left[0]?.message)
  const create = answer.right.type === 'create_steps' ? answer.right.step_names : []
  return { kind: 'decided', create, result: content }
}

const batches = t.union(
  [
    t.type({ type: t.literal('no_batches') }),
    t.intersection([
      t.type({ type: t.literal('create_batches'), worker_template_name: t.string, cursor_configs: t.array(json) }),
      t.partial({ worker_count: t.number, total_items: t.number }),
    ]),
  ],
  '{type: "no_batches"} or {type: "create_batches", worker_template_name, worker_count, cursor_configs, total_items}',
)

const batched = (definition: StepDefinition, result: Json): Outcome => {
  const answer = decode(batches, result)
  if (E.isLeft(answer)) throw malformed('batches_invalid', definition, answer.left[0]?.message)
  const policy = definition.batch ?? {}
  if (answer.right.type === 'no_batches') {
    return { kind: 'batched', workerTemplate: policy.workerTemplate ?? '', cursors: [], totalItems: 0, policy }
  }
  const {
    worker_template_name: workerTemplate,
    cursor_configs: cursors,
    worker_count: count,
    total_items,
  } = answer.right
  if (count !== undefined && count !== cursors.length) {
    throw malformed(
      'batches_invalid',
      definition,
      `worker_count says ${count}, and cursor_configs holds ${cursors.length}`,
    )
  }
  const ids = cursors.map((cursor, index) => ({ id: batchId(cursor, index), cursor }))
  if (new Set(ids.map(({ id }) => id)).size < ids.length) {
    throw malformed('batches_invalid', definition, 'a batch_id only once in cursor_configs')
  }
  const fault = cursorFault(ids, total_items)
  if (fault !== undefined)
    throw new StepFailure('cursors_invalid', `${definition.name}: ${fault}`, { retryable: false })
  return { kind: 'batched', workerTemplate, cursors: ids, totalItems: total_items ?? 0, policy }
}

/** A cursor may name its batch; else batches are numbered as Tasker Core numbers them. */
const batchId = (cursor: Json, index: number): string => {
  const named = typeof cursor === 'object' && cursor !== null && 'batch_id' in cursor ? cursor.batch_id : undefined
  return typeof named === 'string' && /^[a-z0-9_]+$/.test(named) ? named : String(index + 1).padStart(3, '0')
}

const malformed = (code: string, definition: StepDefinition, fault: string | undefined): StepFailure =>
  new StepFailure(code, `the handler of ${definition.name} must answer ${fault ?? 'otherwise'}`, { retryable: false })
