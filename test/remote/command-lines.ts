/** For every command there is, the command lines by which it is tried: what it is for, and what it refuses. */
import type { BothWays } from './both-ways.js'
import { standing } from './installation.js'

export type Argv = ReadonlyArray<string>

/** Tasks that nobody moves while they are looked at. */
export interface Looked {
  readonly done: string
  readonly gated: string
  readonly blocked: string
  readonly planned: string
}

const NOWHERE = '01900000-0000-7000-8000-000000000000'

/** Commands that look: asked one after the other, of the same installation. */
export const LOOKS: Readonly<Record<string, (tasks: Looked) => ReadonlyArray<Argv>>> = {
  'gate list': ({ gated }) => [[], ['--task', gated], ['--task', NOWHERE]],
  'gate show': ({ gated, planned, done }) => [
    [gated, 'review'],
    [planned, 'plan'],
    [planned, 'plan', '--fragment'],
    [gated, 'review', '--fragment'],
    [done, 'first'],
  ],
  'template validate': () => [['hello.yaml'], ['planned.yaml'], ['wrong.yaml'], ['nowhere.yaml']],
  'template visualize': () => [['hello'], ['planned.yaml'], ['planned.yaml', '--format', 'svg'], ['nobody']],
  'template diff': () => [
    ['hello', 'newer.yaml'],
    ['hello', 'hello.yaml'],
    ['hello@7.0.0', 'hello.yaml'],
  ],
  'template list': () => [[], ['hello'], ['--namespace', 'elsewhere']],
  'template show': () => [['hello'], ['default/hello@1.0.0'], ['hellp']],
  'fragment validate': () =>
    ['good.json', 'bad.json', 'hello.yaml'].flatMap((file) =>
      ['plan', 'findings', 'nothing'].map((step) => [file, '--template', 'planned.yaml', '--step', step]),
    ),
  'task list': () => [[], ['--filter', 'status=complete'], ['--filter', 'stats=complete'], ['--filter', 'open=true']],
  'task show': ({ done, planned, blocked }) => [[done], [planned], [blocked], [NOWHERE], ['no-id']],
  why: ({ done, gated, blocked, planned }) => [
    ...[done, gated, blocked, planned, NOWHERE].map((task) => [task]),
    [blocked, 'first'],
    [blocked, 'second'],
  ],
  'dlq list': () => [[]],
  'dlq show': ({ blocked, done }) => [[blocked], [done], [NOWHERE]],
  'schedule list': () => [[]],
  'schedule show': () => [['nightly'], ['nightl']],
  events: ({ done }) => [
    [],
    ['--task', done],
    ['--type', 'step-completed', '--template', 'hello'],
    ['--from', '3'],
    ['--planned-by', '*'],
    ['--task', NOWHERE],
  ],
  audit: ({ planned, done }) => [[planned], [planned, '--full'], [done], [NOWHERE]],
  provenance: ({ planned, done }) => [
    [planned, 'plan'],
    [done, 'first'],
    [done, 'second'],
    [NOWHERE, 'first'],
  ],
  'planner metrics': ({ planned }) => [[], ['--task', planned], ['--template', 'hello']],
  replay: ({ done, planned }) =>
    [[done], [planned], [planned, '--at', '4'], [planned, '--at', '4000'], [NOWHERE]].map((words) => [
      ...words,
      '--handlers',
      'handlers.mjs',
    ]),
  'subscriptions list': () => [[]],
  'subscriptions parked': () => [['billing'], ['nobody']],
  'projections list': () => [[]],
  'projections verify': () => [[], ['gates'], ['nothing']],
  'keys list': () => [[]],
  'catalog list': () => [[]],
  'catalog show': () => [['http_request'], ['greet'], ['http_reqest']],
  'catalog schema': () => [[]],
}

/** Commands that change something: each way has something of its own to change. */
export const CHANGES: Readonly<Record<string, (both: BothWays, mark: string) => Promise<ReadonlyArray<Argv>>>> = {
  run: async (_, mark) => [
    ['hello.yaml', '--key', mark],
    ['hello.yaml', '--key', mark],
    ['gated.yaml'],
    ['broken.yaml'],
    ['wrong.yaml'],
    ['nowhere.yaml'],
  ],
  'gate approve': async ({ tasker }) => {
    const gated = await standing(tasker, 'gated.yaml', 'waiting_for_approval')
    const stuck = await standing(tasker, 'narrow.yaml', 'waiting_for_approval')
    return [
      [gated, 'review', '--digest', 'sha256:other'],
      [gated, 'review', '--comment', 'looked at it', '--as', 'grace'],
      [stuck, 'stuck', '--bounds', 'max_planner_calls=3'],
      [NOWHERE, 'review'],
    ]
  },
  'gate reject': async ({ tasker }) => {
    const gated = await standing(tasker, 'gated.yaml', 'waiting_for_approval')
    return [[gated, 'review', '--comment', 'no']]
  },
  'gate edit': async ({ tasker }) => {
    const planned = await standing(tasker, 'planned.yaml', 'waiting_for_approval')
    return [
      [planned, 'plan', 'bad.json'],
      [planned, 'plan', 'good.json', '--reasoning', 'another name', '--as', 'grace'],
      [planned, 'findings', 'good.json'],
    ]
  },
  'template register': async (_, mark) => [[`${mark}.yaml`], [`${mark}.yaml`], [`${mark}-else.yaml`], ['wrong.yaml']],
  'task create': async (_, mark) => [
    ['hello', '--idempotency-key', mark],
    ['hello', '--idempotency-key', mark],
    ['hello.yaml', '--run-at', '2099-01-31T09:00:00Z', '--priority', '3'],
    ['planned.yaml', '--as', 'grace'],
    ['nobody'],
    ['wrong.yaml'],
  ],
  ...handsOn('task', 'waiting.yaml', 'running', {
    cancel: [['--reason', 'no need'], []],
    pause: [['--as', 'grace'], []],
    resume: [[]],
    priority: [['5'], ['5000'], ['much']],
    signal: [['go', '--payload', '{"a": 1}']],
  }),
  ...handsOn('step', 'broken.yaml', 'blocked_by_failures', {
    retry: [['first']],
    reset: [['first'], ['second']],
    resolve: [['first', '--reason', 'by hand']],
    complete: [
      ['first', '--result', '{"hello": 1}'],
      ['first', '--result', '1'],
    ],
    skip: [['first']],
  }),
  'dlq resolve': async ({ tasker }) => {
    const blocked = await standing(tasker, 'broken.yaml', 'blocked_by_failures')
    return [[blocked, '--reason', 'by hand'], [blocked], ['--filter', `id=${blocked}`]]
  },
  'schedule add': async (_, mark) => [
    [`${mark}-a`, 'hello', '--cron', '0 3 * * *', '--timezone', 'Europe/Berlin', '--catch-up', 'last'],
    [`${mark}-a`, 'hello', '--cron', '0 3 * * *'],
    [`${mark}-b`, 'hello', '--cron', 'never'],
    [`${mark}-c`, 'nobody', '--cron', '0 3 * * *'],
  ],
  ...onSchedule('pause'),
  ...onSchedule('resume'),
  ...onSchedule('remove'),
  fork: async ({ tasker }) => {
    const done = await standing(tasker, 'hello.yaml', 'complete')
    return [
      [done, '--at', '2'],
      [done, '--at', '200'],
      [NOWHERE, '--at', '2'],
    ]
  },
  'subscriptions replay': async () => [['billing', '--position', '1'], ['nobody']],
  'subscriptions skip': async () => [
    ['billing', '--position', '1'],
    ['nobody', '--position', '1'],
  ],
  'projections cancel': async () => [['gates'], ['nothing']],
  'projections rebuild': async () => [['gates'], ['nothing']],
  'keys create': async (_, mark) => [
    [mark, '--scope', 'tasks:read', '--namespace', 'billing', '--expires', '2099-01-01'],
    [mark, '--scope', '*'],
    [`${mark}-2`, '--scope', 'tsks:read'],
  ],
  'keys revoke': async ({ tasker }, mark) => {
    await tasker.keys.create({ name: `${mark}-old`, scopes: ['*'] }, { actor: 'ada' })
    return [[`${mark}-old`, '--reason', 'lost'], [`${mark}-old`]]
  },
}

function handsOn(noun: string, file: string, status: string, hands: Readonly<Record<string, ReadonlyArray<Argv>>>) {
  return Object.fromEntries(
    Object.entries(hands).map(([verb, tried]) => [
      `${noun} ${verb}`,
      async ({ tasker }: BothWays) => {
        const task = await standing(tasker, file, status)
        const filter = ['--filter', `id=${task}`, '--dry-run']
        return [
          ...tried.map((words) => [task, ...words]),
          [NOWHERE, ...(tried[0] ?? [])],
          [...(tried[0] ?? []), ...filter],
        ]
      },
    ]),
  )
}

function onSchedule(verb: string) {
  return {
    [`schedule ${verb}`]: async ({ tasker }: BothWays, mark: string) => {
      const schedule = { name: mark, cron: '@yearly', template: { name: 'hello' } }
      await tasker.schedules.add(schedule, { actor: 'ada' })
      return [[mark, '--as', 'grace'], [mark], ['nobody']]
    },
  }
}

/** Commands that work on the database, or prove its very bytes: no server does that for them. */
export const ON_DATABASE: Readonly<Record<string, (tasks: Looked) => ReadonlyArray<Argv>>> = {
  plan: () => [['sum it up']],
  'eval planner': () => [[]],
  dev: () => [[]],
  worker: () => [[]],
  serve: () => [[]],
  'audit export': ({ done }) => [[done]],
  'audit verify': ({ done }) => [['--all'], ['--task', done]],
  'audit heads': () => [[]],
  'mirror eventstoredb': () => [['--url', 'esdb://127.0.0.1:1', '--once']],
  migrate: () => [[]],
  doctor: () => [[]],
}

/** Commands that ask nobody. */
export const ALONE = ['config', 'completion']
