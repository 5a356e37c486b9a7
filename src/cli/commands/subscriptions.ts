/** `tasker subscriptions list|parked|replay|skip`: how those that have a name stand, and what they have parked. */
import type { ParkedEvent, ParkedSelection, SubscriptionStatus } from '../../ports/subscription.js'
import type { Command, Invocation, Options } from '../command.js'
import { EXIT } from '../exit-code.js'
import { withLog } from '../log-access.js'
import { usageError } from '../user-error.js'

export const subscriptionsListCommand: Command = {
  name: 'subscriptions list',
  summary: 'list the subscriptions that have a name, and how far behind they are',
  details:
    'lag: positions of the log that were not looked at yet; age: of the oldest event that is not acknowledged; retrying\n' +
    'and parked: events that failed. A subscription without members stands still.',
  examples: [
    { command: 'tasker subscriptions list', says: 'a line each' },
    { command: 'tasker subscriptions list --json', says: 'the same for a program' },
  ],
  run: (invocation) =>
    withLog(invocation, async ({ subscriptions }) => {
      const { json, output } = invocation
      const all = await subscriptions.list()
      if (json) output.printJson({ subscriptions: all.map(statusAsJson) })
      else if (all.length === 0) output.print('No subscription has a name.')
      else output.table([HEADINGS.map(output.paint.dim), ...all.map(rowOf)])
      return EXIT.complete
    }),
}

export const subscriptionsParkedCommand: Command = {
  name: 'subscriptions parked',
  summary: 'list the events that a subscription could not handle and has set aside',
  arguments: [{ name: 'NAME' }],
  examples: [{ command: 'tasker subscriptions parked billing', says: 'each with its last error, the oldest first' }],
  run: (invocation) =>
    withLog(invocation, async ({ subscriptions }) => {
      const { json, output } = invocation
      const [name = ''] = invocation.arguments
      const parked: ParkedEvent[] = []
      for (let after: number | undefined = 0; after !== undefined; ) {
        const page: ReadonlyArray<ParkedEvent> = await subscriptions.parked(name, { after })
        parked.push(...page)
        after = page.at(-1)?.position
      }
      if (json) output.printJson({ parked: parked.map(parkedAsJson) })
      else if (parked.length === 0) output.print(`${name} has parked nothing.`)
      else output.table(parked.map(parkedRow))
      return EXIT.complete
    }),
}

const CHOICE: Options = {
  task: { type: 'string', value: 'TASK', summary: 'only those of this task' },
  position: { type: 'string', value: 'NUMBER', summary: 'only the one at this position' },
}

export const subscriptionsReplayCommand: Command = {
  name: 'subscriptions replay',
  summary: 'hand parked events over again; a task that they hold goes on behind them',
  arguments: [{ name: 'NAME' }],
  options: CHOICE,
  examples: [
    { command: 'tasker subscriptions replay billing', says: 'all that are parked' },
    { command: 'tasker subscriptions replay billing --position 4711', says: 'one' },
  ],
  run: (invocation) => settle(invocation, 'replay', 'handed over again'),
}

export const subscriptionsSkipCommand: Command = {
  name: 'subscriptions skip',
  summary: 'give parked events up for good; a task that they hold goes on without them',
  arguments: [{ name: 'NAME' }],
  options: CHOICE,
  examples: [{ command: 'tasker subscriptions skip billing --position 4711', says: 'one that nobody will ever need' }],
  run: (invocation) => {
    if (invocation.option('task') === undefined && invocation.option('position') === undefined) {
      throw usageError('tasker subscriptions skip needs --task or --position')
    }
    return settle(invocation, 'skip', 'given up')
  },
}

const settle = (invocation: Invocation, how: 'replay' | 'skip', done: string): Promise<number> => {
  const [name = ''] = invocation.arguments
  const chosen = choiceOf(invocation)
  return withLog(invocation, async ({ subscriptions }) => {
    const count = await subscriptions[how](name, chosen)
    if (invocation.json) invocation.output.printJson({ count })
    else invocation.output.print(count === 0 ? 'None of these is parked.' : `${count} ${done}.`)
    return EXIT.complete
  })
}

const choiceOf = ({ option }: Invocation): ParkedSelection => {
  const task = option('task')
  const position = option('position')
  if (position !== undefined && !/^\d{1,15}$/.test(position)) {
    throw usageError(`--position is a number, not "${position}"`)
  }
  return {
    ...(task === undefined ? {} : { task }),
    ...(position === undefined ? {} : { position: Number(position) }),
  }
}

const HEADINGS = ['name', 'order', 'members', 'position', 'lag', 'age', 'retrying', 'parked']

const rowOf = (status: SubscriptionStatus): ReadonlyArray<string> => [
  status.name,
  status.order,
  `${status.members}`,
  `${status.position}`,
  `${status.lag}`,
  ageText(status.ageMs),
  `${status.retrying}`,
  `${status.parked}`,
]

const ageText = (ms: number): string => {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes}m` : `${Math.round(minutes / 60)}h`
}

const statusAsJson = ({ ageMs, filter, ...status }: SubscriptionStatus) => ({
  ...status,
  age_ms: ageMs,
  filter: { ...filter, ...(filter.types === undefined ? {} : { types: [...filter.types] }) },
})

const parkedRow = (event: ParkedEvent): ReadonlyArray<string> => [
  `${event.position}`,
  event.task,
  event.type,
  `${event.attempts}×`,
  event.holdsTask ? 'holds its task' : '',
  `${event.code}: ${event.message}`,
]

const parkedAsJson = ({ parkedAt, holdsTask, ...event }: ParkedEvent) => ({
  ...event,
  parked_at: parkedAt,
  holds_task: holdsTask,
})
