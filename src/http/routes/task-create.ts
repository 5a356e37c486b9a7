/** Tasks that come into being: from a registered template or from one that comes along, and from any point of another. */
import * as t from 'io-ts'
import { canonicalJson } from '../../core/canonical-json.js'
import { closed } from '../../core/closed.js'
import { described, integer, oneOf, ruled, text } from '../../core/described.js'
import { json, jsonObject } from '../../core/events/codecs.js'
import type { Json } from '../../core/json.js'
import { MAX_PRIORITY } from '../../core/limits.js'
import { DEFAULT_NAMESPACE } from '../../core/template/parse.js'
import type { Template } from '../../core/template.js'
import { personOf } from '../../engine/change.js'
import { unpack } from '../../engine/contents.js'
import type { CreateOptions } from '../../engine/creation.js'
import { streamOf } from '../../engine/ids.js'
import type { AppParts } from '../app-parts.js'
import { byOf, type Caller } from '../caller.js'
import { MAX_NAME_CHARS } from '../limits.js'
import { HttpProblem } from '../problem.js'
import { created, type Route, route } from '../route.js'
import { checkNamespace, demand, visibleTask } from '../scope.js'
import { createdTask } from '../shapes/task.js'

const name = text({ maxChars: MAX_NAME_CHARS })

const templateRef = closed({ name }, { namespace: name, version: name })

const creation = ruled(
  closed(
    {},
    {
      template: described(templateRef, 'a registered template; the latest release where no version is said'),
      definition: described(jsonObject, 'a template as it is written, in place of a registered one'),
      input: json,
      priority: integer({ min: -MAX_PRIORITY, max: MAX_PRIORITY }),
      run_at: text({ maxChars: 40, description: 'ISO 8601: nothing of it runs before' }),
      correlation: name,
      identity: oneOf(['strict', 'always_unique'], 'what makes it the same task, where no Idempotency-Key is sent'),
    },
  ),
  'either template or definition',
  ({ template, definition }) =>
    (template === undefined) === (definition === undefined)
      ? { at: 'template', message: 'there must be either template or definition' }
      : undefined,
)

export type Creation = t.TypeOf<typeof creation>

export const IDEMPOTENCY_KEY = 'Idempotency-Key'

export const taskCreateRoutes: ReadonlyArray<Route> = [
  route({
    id: 'createTask',
    method: 'post',
    path: '/tasks',
    tag: 'tasks',
    summary: 'Create a task, once for each Idempotency-Key',
    description: 'With a definition of its own it takes templates:write, too.',
    permission: 'tasks:write',
    body: creation,
    headers: {
      [IDEMPOTENCY_KEY]: 'the same key with the same template and input is the same task: it is answered with 200',
    },
    answer: createdTask,
    statuses: [201, 200],
    refuses: [
      'idempotency_key_reused',
      'template_unknown',
      'template_invalid',
      'invalid_input',
      'invalid_run_at',
      'namespace_forbidden',
    ],
    handle: async ({ body, caller, header }, parts) => {
      if (body.definition !== undefined) demand(caller, 'templates:write')
      if (body.template !== undefined) checkNamespace(caller, body.template.namespace ?? DEFAULT_NAMESPACE)
      const template = await templateOf(parts, body)
      checkNamespace(caller, template.namespace)
      const options = optionsOf(body, header(IDEMPOTENCY_KEY), caller)
      const input = body.input ?? {}
      const task = await parts.tasks.create(template, input, options)
      if (task.duplicate && options.idempotencyKey !== undefined) await mustBeSame(parts, task.id, template, input)
      const answer = created({ task: task.id, duplicate: task.duplicate }, `/api/v1/tasks/${task.id}`)
      return task.duplicate ? { ...answer, status: 200 } : answer
    },
  }),
  route({
    id: 'forkTask',
    method: 'post',
    path: '/tasks/:id/fork',
    tag: 'tasks',
    summary: 'A new task that goes on from any point of an old one',
    permission: 'tasks:write',
    body: closed({ at: integer({ min: 1, max: 2 ** 31 - 1 }) }, { replan: t.boolean }),
    answer: createdTask,
    statuses: [201],
    refuses: ['task_unknown', 'version_unknown', 'inside_decision', 'task_closed', 'nothing_planned', 'fork_too_large'],
    handle: async ({ params, body, caller }, parts) => {
      const id = await visibleTask(parts, caller, params.id)
      const { at, replan = false } = body
      const fork = await parts.tasks.fork(id, { at, replan, actor: personOf(byOf(caller)) })
      return created({ task: fork.id, duplicate: false }, `/api/v1/tasks/${fork.id}`)
    },
  }),
]

/** A key that was used for something else is a mistake of whoever made it: they would take another task for theirs. */
const mustBeSame = async ({ tasks, log }: AppParts, id: string, template: Template, input: Json): Promise<void> => {
  const first = await tasks.look(id, (state) => ({ input: state.input, digest: state.template.digest }))
  const before = await unpack(log, streamOf(id), first.input)
  if (first.digest === template.digest && canonicalJson(before) === canonicalJson(input)) return
  const detail = `the key was used for another ${first.digest === template.digest ? 'input' : 'text of this template'}`
  throw new HttpProblem({ status: 422, code: 'idempotency_key_reused', detail })
}

const templateOf = async (parts: AppParts, { template, definition }: Creation): Promise<Template> => {
  if (template === undefined) return parts.template(definition ?? {})
  const { name, namespace, version } = template
  const wanted = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(version === undefined ? {} : { version }),
  }
  return (await parts.templates.get(wanted)).template
}

const optionsOf = (body: Creation, key: string | undefined, caller: Caller): CreateOptions => {
  if (key !== undefined && (key === '' || key.length > MAX_NAME_CHARS)) {
    const detail = `${IDEMPOTENCY_KEY} is a text of 1 to ${MAX_NAME_CHARS} characters`
    throw new HttpProblem({ status: 400, code: 'invalid_idempotency_key', detail })
  }
  return {
    actor: personOf(byOf(caller)),
    ...(key === undefined ? {} : { idempotencyKey: key }),
    ...(key !== undefined || body.identity === undefined ? {} : { identity: body.identity }),
    ...(body.priority === undefined ? {} : { priority: body.priority }),
    ...(body.run_at === undefined ? {} : { runAt: new Date(body.run_at) }),
    ...(body.correlation === undefined ? {} : { correlation: body.correlation }),
  }
}
