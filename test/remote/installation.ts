/** What commands are tried on: templates, tasks in every state that a command is for, and what stands beside them. */
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { defineHandler, type Tasker } from '../../src/main.js'
import type { Script } from '../support/planned-tasker.js'

export const greet = defineHandler({ name: 'greet', summary: 'Greets somebody.', run: () => ({ hello: 'Ada' }) })
export const fails = defineHandler({
  name: 'fails',
  summary: 'Does not work.',
  run: () => {
    throw new Error('it does not work')
  },
})

export const HELLO = `name: hello
version: 1.0.0
steps:
  - {name: first, handler: {callable: greet}}
`
const GATED = `name: gated
version: 1.0.0
steps:
  - {name: review, type: gate, handler: {callable: "catalog:gate", initialization: {question: "May it?"}}}
  - {name: after, handler: {callable: greet}, dependencies: [review]}
`
const BROKEN = `name: broken
version: 1.0.0
steps:
  - {name: first, handler: {callable: fails}, retry: {max_attempts: 1}}
`
const SLOW = `name: slow
version: 1.0.0
steps:
  - {name: first, handler: {callable: fails}, retry: {max_attempts: 3, backoff: linear, backoff_base_ms: 600000}}
`
const WAITING = `name: waiting
version: 1.0.0
steps:
  - {name: first, handler: {callable: "catalog:wait", initialization: {signal: go}}}
`
const PLANNED = `name: planned
version: 1.0.0
bounds: {max_steps: 10, max_depth: 4, max_fan_out: 4, max_phases: 1, max_planner_calls: 3}
steps:
  - name: plan
    type: planning
    handler: {callable: "catalog:plan", initialization: {goal: "sum it up", approve_plan: true}}
  - {name: findings, type: deferred_convergence, dependencies: [plan], handler: {callable: greet}}
`
const NARROW = PLANNED.replace('name: planned', 'name: narrow')
  .replace('name: plan\n', 'name: stuck\n')
  .replace('[plan]', '[stuck]')
  .replace('max_planner_calls: 3', 'max_planner_calls: 1')
  .replace('approve_plan: true', 'on_exhausted: gate')

export const fragment = (name: string, handler = 'transform') => ({
  fragment_version: '1.0',
  planning_context: { goal: 'sum it up', reasoning: 'one step is enough' },
  steps: [{ name, handler, config: { input: 1, expression: '@' } }],
  convergence: 'findings',
})

export const FILES: Readonly<Record<string, string>> = {
  'hello.yaml': HELLO,
  'gated.yaml': GATED,
  'broken.yaml': BROKEN,
  'slow.yaml': SLOW,
  'waiting.yaml': WAITING,
  'planned.yaml': PLANNED,
  'narrow.yaml': NARROW,
  'newer.yaml': HELLO.replace('1.0.0', '1.1.0'),
  'wrong.yaml': HELLO.replace('greet', 'greets').replace('first', 'first one'),
  'handlers.mjs': `import { fails, greet } from '${import.meta.url}'\nexport default [greet, fails]\n`,
  'good.json': JSON.stringify(fragment('other')),
  'bad.json': JSON.stringify(fragment('other', 'unheard_of')),
}

/** The first answer of the step that may ask but once is refused. */
export const planFor: Script = ({ call, step }) =>
  fragment('one', step === 'stuck' && call === 1 ? 'unheard_of' : 'transform')

/** Templates, a schedule, a key and a subscription that has parked something. */
export const ledger = async (tasker: Tasker): Promise<void> => {
  const by = { actor: 'ada' }
  await tasker.templates.registerText(HELLO, by)
  await tasker.schedules.add({ name: 'nightly', cron: '0 3 * * *', template: { name: 'hello' } }, by)
  await tasker.keys.create({ name: 'ci', scopes: ['tasks:read'] }, by)
}

/** A task of one of the files, once it is in a status in which nothing moves by itself. */
export const standing = async (tasker: Tasker, file: string, status: string): Promise<string> => {
  const template = await tasker.template(FILES[file] === undefined ? file : parse(FILES[file]))
  const task = await tasker.tasks.create(template, {})
  const result = await task.result({ until: (seen) => seen.status === status })
  assert.is(result.status, status, `${file}: ${JSON.stringify(result)}`)
  return task.id
}
