/** Planning decisions as they were made, and the judgement that a planner's answer would meet. */
import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { closed } from '../../core/closed.js'
import { described, listOf, oneOf, ruled, text } from '../../core/described.js'
import { judgeDry } from '../../core/dry-run.js'
import { jsonObject } from '../../core/events/codecs.js'
import { MAX_FRAGMENT_BYTES } from '../../core/limits.js'
import { DEFAULT_NAMESPACE } from '../../core/template/parse.js'
import { TaskRefused } from '../../engine/task-refused.js'
import { MAX_NAME_CHARS } from '../limits.js'
import { pageBody, pageOptions, projectedQuery } from '../page-query.js'
import { ok, type Route, route } from '../route.js'
import { checkNamespace, namespacesOf, visibleTask } from '../scope.js'
import { shaped } from '../shape.js'
import { decisionPage, decisionSummary, fragmentVerdict } from '../shapes/plan.js'

const name = text({ maxChars: MAX_NAME_CHARS })
const STATUSES = ['asked', 'proposed', 'accepted', 'rejected', 'failed', 'unanswered'] as const

const decisionQuery = closed(
  {},
  {
    ...projectedQuery,
    task: name,
    step: name,
    model: name,
    status: listOf(oneOf(STATUSES), { maxItems: STATUSES.length }),
  },
)

const judged = ruled(
  closed(
    { step: name },
    {
      answer: text({ maxChars: MAX_FRAGMENT_BYTES, description: "a planner's raw answer" }),
      fragment: described(jsonObject, 'the same as JSON'),
      template: closed({ name }, { namespace: name, version: name }),
      definition: described(jsonObject, 'a template as it is written, in place of a registered one'),
    },
  ),
  'either answer or fragment, and either template or definition',
  ({ answer, fragment, template, definition }) => {
    if ((answer === undefined) === (fragment === undefined)) {
      return { at: 'fragment', message: 'there must be either answer or fragment' }
    }
    return (template === undefined) === (definition === undefined)
      ? { at: 'template', message: 'there must be either template or definition' }
      : undefined
  },
)

export type JudgedFragment = t.TypeOf<typeof judged>
export type DecisionQuery = t.TypeOf<typeof decisionQuery>

export const planRoutes: ReadonlyArray<Route> = [
  route({
    id: 'listPlanningDecisions',
    method: 'get',
    path: '/planning-decisions',
    tag: 'plans',
    summary: 'Calls of planners and proposals of people: of one task in their order, else the newest first',
    permission: 'plans:read',
    query: decisionQuery,
    answer: decisionPage,
    refuses: ['task_unknown', 'cursor_invalid', 'projection_absent'],
    handle: async ({ query, caller }, parts) => {
      const { task, step, model, status } = query
      const page = await parts.projections.read.decisions({
        ...(task === undefined ? {} : { task: await visibleTask(parts, caller, task) }),
        ...(step === undefined ? {} : { step }),
        ...(model === undefined ? {} : { model }),
        ...(status === undefined ? {} : { statuses: status }),
        ...namespacesOf(caller),
        ...(await pageOptions(parts, query)),
      })
      return ok(pageBody(page, (decision) => shaped(decisionSummary, decision)))
    },
  }),
  route({
    id: 'validateFragment',
    method: 'post',
    path: '/fragments/validate',
    tag: 'plans',
    summary:
      'Judge a fragment as the log would, with nothing spent yet: all findings, or the graph that it would become',
    permission: 'plans:read',
    body: judged,
    answer: fragmentVerdict,
    refuses: ['template_unknown', 'template_invalid', 'unknown_step', 'no_planning_step'],
    handle: async ({ body, caller }, parts) => {
      const { step, answer = JSON.stringify(body.fragment), definition = {} } = body
      if (body.template !== undefined) checkNamespace(caller, body.template.namespace ?? DEFAULT_NAMESPACE)
      const template =
        body.template === undefined
          ? await parts.template(definition)
          : (await parts.templates.get(body.template)).template
      checkNamespace(caller, template.namespace)
      const judgement = judgeDry(template, step, answer, parts.vocabulary)
      if (E.isLeft(judgement)) throw new TaskRefused(judgement.left.code, judgement.left.message)
      const { findings, plan } = judgement.right
      const graph =
        plan === undefined
          ? null
          : { steps: plan.graph.steps.map((one) => ({ ...one })), edges: plan.graph.edges.map((edge) => ({ ...edge })) }
      return ok({ valid: plan !== undefined, findings: findings.map((finding) => ({ ...finding })), graph })
    },
  }),
]
