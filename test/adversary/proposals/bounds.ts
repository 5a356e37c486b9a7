/** Proposals that want more than there is: steps, depth, instances, phases, time, and wider bounds. */
import type { JsonObject } from '../../../src/core/json.js'
import { type Attack, harmless, proposal } from '../attack.js'

const each = (items: number, more: JsonObject = {}) => ({
  items: Array.from({ length: items }, (_, index) => index),
  handler: 'transform',
  handler_config: { input: 1, expression: '@' },
  ...more,
})

export const BOUNDS: ReadonlyArray<Attack> = [
  {
    name: 'a flood of ten thousand steps',
    proposes: () => proposal(Array.from({ length: 10_000 }, (_, index) => harmless(`s${index}`))),
    finds: ['bounds_exceeded'],
  },
  {
    name: 'one step too many, beside those of the frame that are still to come',
    bounds: { max_steps: 9 },
    proposes: () => proposal(['a', 'b', 'c'].map((name) => harmless(name))),
    finds: ['bounds_exceeded'],
  },
  {
    name: 'a chain that is too long',
    proposes: () =>
      proposal(
        Array.from({ length: 6 }, (_, index) =>
          harmless(`s${index}`, index === 0 ? {} : { dependencies: [`s${index - 1}`] }),
        ),
      ),
    finds: ['bounds_exceeded'],
  },
  {
    name: 'too many that follow from one',
    proposes: () =>
      proposal([
        harmless('a'),
        ...Array.from({ length: 11 }, (_, index) => harmless(`s${index}`, { dependencies: ['a'] })),
      ]),
    finds: ['bounds_exceeded'],
  },
  {
    name: 'a fan-out that is too wide, written out',
    proposes: () => proposal([{ name: 'a', handler: 'fan_out', config: each(11) }]),
    finds: ['bounds_exceeded'],
  },
  {
    name: 'fan-out times fan-out',
    proposes: () =>
      proposal([{ name: 'a', handler: 'fan_out', config: each(4, { handler: 'fan_out', handler_config: each(4) }) }]),
    finds: ['bounds_exceeded'],
  },
  {
    name: 'fan-out times fan-out times fan-out, whose product is a flood',
    proposes: () => {
      const inner = each(100, { handler: 'fan_out', handler_config: each(100) })
      return proposal([
        { name: 'a', handler: 'fan_out', config: each(100, { handler: 'fan_out', handler_config: inner }) },
      ])
    },
    finds: ['bounds_exceeded'],
  },
  {
    name: 'a fan-out over a result that is too long',
    upstream: Array.from({ length: 500 }, () => 1),
    proposes: () =>
      proposal([
        {
          name: 'a',
          handler: 'fan_out',
          dependencies: ['look'],
          config: { ...each(0), items: '${steps.look.result}' },
        },
      ]),
    fails: { 'plan/a': 'bounds_exceeded' },
  },
  {
    name: 'fan-out times fan-out over a result, each short enough alone',
    upstream: [1, 2, 3, 4],
    proposes: () => {
      const inner = { ...each(0), items: '${steps.look.result}' }
      return proposal([
        {
          name: 'a',
          handler: 'fan_out',
          dependencies: ['look'],
          config: { ...inner, handler: 'fan_out', handler_config: inner },
        },
      ])
    },
    fails: { 'plan/a[2]': 'bounds_exceeded' },
  },
  {
    name: 'a fan-out that a phase’s own bounds do not allow',
    upstream: [1, 2, 3, 4],
    bounds: { max_fan_out: 100 },
    plan: {},
    proposes: () =>
      proposal(
        [
          {
            name: 'a',
            handler: 'fan_out',
            dependencies: ['look'],
            config: { ...each(0), items: '${steps.look.result}' },
          },
        ],
        { resource_bounds: { max_fan_out: 3 } },
      ),
    fails: { 'plan/a': 'bounds_exceeded' },
  },
  {
    name: 'steps beyond what the fragment itself said it would take',
    upstream: [1, 2, 3, 4, 5, 6],
    proposes: () =>
      proposal(
        [
          {
            name: 'a',
            handler: 'fan_out',
            dependencies: ['look'],
            config: { ...each(0), items: '${steps.look.result}' },
          },
        ],
        { resource_bounds: { max_steps: 4 } },
      ),
    fails: { 'plan/a': 'bounds_exceeded' },
  },
  {
    name: 'more planning steps than phases',
    proposes: () => proposal(['p', 'q', 'r'].map((name) => ({ name, handler: 'plan', config: { goal: 'more' } }))),
    finds: ['bounds_exceeded'],
  },
  {
    name: 'more planning steps than calls are left',
    bounds: { max_phases: 100, max_planner_calls: 2 },
    proposes: () => proposal(['p', 'q'].map((name) => ({ name, handler: 'plan', config: { goal: 'more' } }))),
    finds: ['bounds_exceeded'],
  },
  {
    name: 'bounds that are wider than those around, in the fragment and in a planning step',
    proposes: () =>
      proposal(
        [
          {
            name: 'p',
            handler: 'plan',
            config: { goal: 'x' },
            bounds: { max_steps: 10_000, allowed_hosts: ['evil.example'] },
          },
        ],
        {
          resource_bounds: {
            max_steps: 1_000,
            max_cost_usd: 1,
            allowed_secrets: ['ROOT'],
            allowed_handlers: ['plan', 'ok'],
          },
        },
      ),
    finds: ['bounds_exceeded'],
  },
  {
    name: 'bounds that are no bounds',
    proposes: () =>
      proposal([harmless('a')], {
        resource_bounds: { max_steps: -1, max_depth: '9', max_fan_out: null, unlimited: true },
      }),
    finds: ['schema'],
  },
  {
    name: 'a wait beyond the end of the task, and three that come to it together',
    proposes: () =>
      proposal([
        { name: 'long', handler: 'wait', config: { seconds: 4_000 } },
        { name: 'w1', handler: 'wait', config: { seconds: 1_500 } },
        { name: 'w2', handler: 'wait', config: { seconds: 1_500 }, dependencies: ['w1'] },
        { name: 'w3', handler: 'wait', config: { signal: 's', timeout_seconds: 1_500 }, dependencies: ['w2'] },
      ]),
    finds: ['bounds_exceeded'],
  },
  {
    name: 'a gate that would outlive its task',
    proposes: () =>
      proposal([{ name: 'g', handler: 'gate', step_type: 'gate', config: { question: '?', timeout_seconds: 86_400 } }]),
    finds: ['bounds_exceeded'],
  },
  {
    name: 'retries without end',
    proposes: () => proposal([harmless('a', { retry: { max_attempts: 1_000_000_000, backoff: 'never' } })]),
    finds: ['schema'],
  },
]
