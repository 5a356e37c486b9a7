/** Gates: which are open, what each shows, and the vote of one person, bound to the digest of what was shown. */
import type * as t from 'io-ts'
import { closed } from '../../core/closed.js'
import { described, listOf, oneOf, text } from '../../core/described.js'
import { jsonObject } from '../../core/events/codecs.js'
import { bounds } from '../../core/template/step-keys.js'
import type { OpenGate } from '../../engine/gates.js'
import { TaskRefused } from '../../engine/task-refused.js'
import type { AppParts } from '../app-parts.js'
import { voterOf } from '../caller.js'
import { MAX_NAME_CHARS, MAX_REASON_CHARS } from '../limits.js'
import { pageBody, pageOptions, projectedQuery } from '../page-query.js'
import { ok, type Route, route } from '../route.js'
import { namespacesOf, visibleTask } from '../scope.js'
import { shaped } from '../shape.js'
import { edited, gatePage, gateSummary, openGate, openGates, voted } from '../shapes/gate.js'

const name = text({ maxChars: MAX_NAME_CHARS })
const GATE_STATUSES = ['open', 'approved', 'rejected', 'expired', 'replaced', 'withdrawn'] as const
const digest = text({ maxChars: 80, description: 'of what you were shown; refused where it has changed since' })

const gateQuery = closed(
  {},
  {
    ...projectedQuery,
    status: listOf(oneOf(GATE_STATUSES), { maxItems: GATE_STATUSES.length }),
    task: name,
    group: listOf(name, { maxItems: 50, description: 'those at which one of these groups may vote' }),
  },
)

const vote = closed(
  { digest },
  {
    comment: text({ maxChars: MAX_REASON_CHARS, description: 'why, as the log records it' }),
    bounds: described(bounds, 'where a planner may not go on: what the task is allowed from now on'),
  },
)

export type WrittenVote = t.TypeOf<typeof vote>
export type GateQuery = t.TypeOf<typeof gateQuery>

const common = { tag: 'gates', permission: 'gates:read' } as const

const voteRoute = (choice: 'approve' | 'reject', summary: string): Route =>
  route({
    ...common,
    id: `${choice}Gate`,
    method: 'post',
    path: `/tasks/:id/gates/:step/${choice}`,
    summary,
    permission: 'gates:vote',
    body: vote,
    answer: voted,
    refuses: [
      'task_unknown',
      'step_unknown',
      'gate_not_open',
      'gate_changed',
      'not_in_group',
      'already_voted',
      'bounds_not_asked',
    ],
    handle: async ({ params: { id = '', step = '' }, body, caller }, parts) => {
      const task = await visibleTask(parts, caller, id)
      const { digest, comment, bounds } = body
      await parts.gates[choice](task, step, {
        ...voterOf(caller),
        digest,
        ...(comment === undefined ? {} : { comment }),
        ...(bounds === undefined ? {} : { bounds }),
      })
      return ok({ task, step, vote: choice, actor: caller.actor })
    },
  })

export const gateRoutes: ReadonlyArray<Route> = [
  route({
    ...common,
    id: 'listGates',
    method: 'get',
    path: '/gates',
    summary: 'Gates in pages, the newest first, as the projection shows them; the open ones where no status is said',
    query: gateQuery,
    answer: gatePage,
    refuses: ['cursor_invalid', 'projection_absent'],
    handle: async ({ query, caller }, parts) => {
      const { status = ['open'], task, group } = query
      const page = await parts.projections.read.gates({
        statuses: status,
        ...(task === undefined ? {} : { task }),
        ...(group === undefined ? {} : { groups: group }),
        ...namespacesOf(caller),
        ...(await pageOptions(parts, query)),
      })
      return ok(pageBody(page, (gate) => shaped(gateSummary, gate)))
    },
  }),
  route({
    ...common,
    id: 'listTaskGates',
    method: 'get',
    path: '/tasks/:id/gates',
    summary: 'The open gates of a task with what they show, as its log says',
    answer: openGates,
    refuses: ['task_unknown'],
    handle: async ({ params, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      await parts.tasks.get(id)
      return ok({ items: (await parts.gates.list(id)).map(shownGate) })
    },
  }),
  route({
    ...common,
    id: 'getGate',
    method: 'get',
    path: '/tasks/:id/gates/:step',
    summary: 'An open gate with what it shows and the digest that a vote is bound to',
    answer: openGate,
    refuses: ['task_unknown', 'gate_not_open'],
    handle: async ({ params, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      await parts.tasks.get(id)
      return ok(shownGate(await gateAt(parts, id, params.step)))
    },
  }),
  voteRoute('approve', 'Approve what a gate shows'),
  voteRoute('reject', 'Reject what a gate shows'),
  route({
    ...common,
    id: 'editPlan',
    method: 'post',
    path: '/tasks/:id/gates/:step/edit',
    summary: "Propose a fragment of one's own in place of a plan that waits for approval; it is judged like any other",
    permission: 'plans:write',
    body: closed({ digest, fragment: jsonObject }, { reasoning: text({ maxChars: MAX_REASON_CHARS }) }),
    answer: edited,
    refuses: ['task_unknown', 'gate_not_open', 'gate_changed', 'not_in_group'],
    handle: async ({ params, body, caller }, parts) => {
      const task = await visibleTask(parts, caller, params.id)
      const { fragment, reasoning } = body
      const gate = await gateAt(parts, task, params.step)
      if (gate.digest !== body.digest) {
        throw new TaskRefused('gate_changed', 'what the gate shows has changed since you looked; look again')
      }
      const edit = { ...voterOf(caller), ...(reasoning === undefined ? {} : { reasoning }) }
      await parts.gates.editPlan(task, params.step, fragment, edit)
      return ok({ task, step: params.step, actor: caller.actor })
    },
  }),
]

const gateAt = async ({ gates }: Pick<AppParts, 'gates'>, task: string, step: string): Promise<OpenGate> => {
  const found = (await gates.list(task)).find((gate) => gate.step === step)
  if (found === undefined) throw new TaskRefused('gate_not_open', `${step} of ${task} is no open gate`)
  return found
}

const shownGate = ({ taskId, timeoutAtMs, ...gate }: OpenGate): t.TypeOf<typeof openGate> => ({
  ...gate,
  task: taskId,
  approvals: gate.approvals.map((approval) => ({ ...approval })),
  timeout_at: timeoutAtMs === null ? null : new Date(timeoutAtMs).toISOString(),
})
