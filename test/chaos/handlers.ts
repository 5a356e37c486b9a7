/** What the steps of stories run: each does what the task's input says of it, takes its time, and reacts to its signal. */
import { defineHandler } from '../../catalog/define-handler.js'
import { isJsonObject, type Json } from '../../src/core/json.js'
import type { Template } from '../../src/core/template.js'
import { childTask } from '../../src/main.js'
import { type Handler, type HandlerContext, StepFailure } from '../../src/ports/handler.js'
import { passing } from './passing-time.js'
import { type Fate, NAMESPACE } from './story.js'

export const CHILD: Json = {
  name: 'child_of_a_story',
  namespace_name: NAMESPACE,
  version: '1.0.0',
  lifecycle: { on_blocked: { error_after_seconds: 0 } },
  steps: [
    { name: 'first', retry: { max_losses: 100 }, handler: { callable: 'chaos_work' } },
    { name: 'second', dependencies: ['first'], retry: { max_losses: 100 }, handler: { callable: 'chaos_work' } },
  ],
}

/** `childTemplate` is asked for when a step starts a child. */
export const chaosHandlers = (childTemplate: () => Promise<Template>): ReadonlyArray<Handler> => [
  defineHandler({ name: 'chaos_work', run: ({ context }) => work(context) }),
  defineHandler({
    name: 'chaos_split',
    run: async ({ context }) => {
      const { cursors = 0 } = await live(context)
      if (cursors === 0) return { type: 'no_batches' }
      return {
        type: 'create_batches',
        worker_template_name: context.step.name.replace('s', 'w'),
        worker_count: cursors,
        cursor_configs: Array.from({ length: cursors }, (_, at) => ({
          start_cursor: at * 10,
          end_cursor: at * 10 + 10,
        })),
        total_items: cursors * 10,
      }
    },
  }),
  defineHandler({
    name: 'chaos_child',
    run: async ({ context }) => {
      const fate = fateOf(context)
      await passing(fate.ms, context.signal)
      const plain = { ms: 50, failures: 0, yields: 0, end: 'completes' }
      const input = { fates: { first: plain, second: { ...plain, end: fate.end } } }
      return childTask({ template: await childTemplate(), input })
    },
  }),
]

const work = async (context: HandlerContext): Promise<Json> => {
  const fate = await live(context)
  const yielded = isJsonObject(context.checkpoint ?? null)
    ? Number(Reflect.get(Object(context.checkpoint), 'cursor'))
    : 0
  if (yielded < fate.yields) return { type: 'checkpoint_yield', cursor: yielded + 1, items_processed: yielded }
  return fate.create === undefined ? { by: process.pid } : { type: 'create_steps', step_names: [...fate.create] }
}

/** Lives through one attempt of the step's fate; throws where that is a failure. */
const live = async (context: HandlerContext): Promise<Fate> => {
  const fate = fateOf(context)
  await passing(fate.ms, context.signal)
  if (fate.end === 'fails') throw new StepFailure('fated', 'it was to fail', { retryable: false })
  const isEarly = context.step.attempt <= fate.failures
  if (fate.end === 'exhausts' || isEarly) throw new StepFailure('unlucky', 'another attempt', { retryable: true })
  return fate
}

const fateOf = ({ task, step }: HandlerContext): Fate => {
  const { fates } = task.input as unknown as { readonly fates: Readonly<Record<string, Fate>> }
  const fate = fates[step.name]
  if (fate === undefined) throw new StepFailure('no_fate', `nothing is said of ${step.name}`, { retryable: false })
  return fate
}
