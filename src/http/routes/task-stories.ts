/** Why a task or a step stands, where a step comes from, and the large values that its record refers to. */
import * as t from 'io-ts'
import { provenanceAsJson } from '../../audit/provenance-json.js'
import { closed } from '../../core/closed.js'
import { listOf, text } from '../../core/described.js'
import type { Explanation } from '../../core/why/reason.js'
import { streamOf } from '../../engine/ids.js'
import { MAX_LISTED } from '../limits.js'
import { ok, type Route, route } from '../route.js'
import { visibleTask } from '../scope.js'
import { list, named } from '../shape.js'
import { explanation, provenance, taskExplanation } from '../shapes/story.js'

const payloads = named('Payloads', t.type({ items: list(t.type({ digest: t.string, text: t.string })) }))

const payloadQuery = closed({ digest: listOf(text({ maxChars: 80 }), { minItems: 1, maxItems: MAX_LISTED }) })

const common = { method: 'get', tag: 'tasks', permission: 'tasks:read', refuses: ['task_unknown'] } as const

export const taskStoryRoutes: ReadonlyArray<Route> = [
  route({
    ...common,
    id: 'explainTask',
    path: '/tasks/:id/why',
    summary: 'Why a task is not running: with which steps it stands',
    answer: taskExplanation,
    handle: async ({ params, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      const { steps, others, ...task } = await parts.why.task(id)
      return ok({ ...explained(task), steps: steps.map(explained), others })
    },
  }),
  route({
    ...common,
    id: 'explainStep',
    path: '/tasks/:id/steps/:step/why',
    summary: 'Why a step is not running, also one that a decision has yet to create',
    answer: explanation,
    refuses: ['task_unknown', 'step_unknown'],
    handle: async ({ params, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      return ok(explained(await parts.why.step(id, params.step)))
    },
  }),
  route({
    ...common,
    id: 'getProvenance',
    path: '/tasks/:id/steps/:step/provenance',
    summary: 'Where a step comes from: what created it, what was decided there, and so on up to the task',
    answer: provenance,
    refuses: ['task_unknown', 'step_unknown'],
    handle: async ({ params, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      return ok({ task: id, ...provenanceAsJson(await parts.provenance(id, params.step)) })
    },
  }),
  route({
    ...common,
    id: 'getPayloads',
    path: '/tasks/:id/payloads',
    summary: 'Large results, prompts and answers, by the digests that events name; what is not stored is left out',
    permission: 'events:read',
    query: payloadQuery,
    answer: payloads,
    handle: async ({ params, query, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      const items = await parts.log.payloads(streamOf(id), query.digest)
      return ok({ items: items.map(({ digest, text }) => ({ digest, text })) })
    },
  }),
]

/** Reasons hold plain data only. */
const explained = ({ step, reasons, sentences }: Explanation) => ({
  step,
  reasons: reasons.map((reason): Record<string, unknown> => JSON.parse(JSON.stringify(reason))),
  sentences,
})
