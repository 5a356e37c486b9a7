/** `tasker schedule add|list|show|pause|resume|remove`: which task is created when. */
import { resolve } from 'node:path'
import type { Json } from '../../core/json.js'
import type { NewSchedule, ScheduleView } from '../../engine/schedules.js'
import type { CatchUp, ScheduleChange } from '../../ports/schedules.js'
import type { Command, Invocation } from '../command.js'
import { EXIT } from '../exit-code.js'
import { jsonArgument } from '../json-argument.js'
import type { OpenTasker } from '../system.js'
import { BY_OPTIONS, byOf, withTasker } from '../tasker.js'
import { isFile, templateName } from '../template-name.js'
import { handlersFor } from '../templates.js'
import { usageError } from '../user-error.js'
import { priorityIn } from '../written-priority.js'

const CATCH_UP: ReadonlyArray<CatchUp> = ['skip', 'last', 'all']

export const scheduleAddCommand: Command = {
  name: 'schedule add',
  summary: 'create a task of a template at the times of a cron pattern',
  arguments: [{ name: 'NAME' }, { name: 'TEMPLATE' }],
  options: {
    cron: { type: 'string', value: 'PATTERN', summary: 'five fields, six with seconds first, or @daily and its like' },
    timezone: { type: 'string', value: 'ZONE', summary: 'as Europe/Berlin (UTC)' },
    input: { type: 'string', value: 'JSON', summary: "each task's input, as JSON or @FILE ({})" },
    priority: { type: 'string', value: 'NUMBER', summary: 'of each task (0)' },
    'catch-up': {
      type: 'string',
      value: 'WORD',
      summary: 'for ticks that came while nobody was there: skip, last or all',
    },
    ...BY_OPTIONS,
  },
  details:
    'TEMPLATE is [NAMESPACE/]NAME[@VERSION] as it is registered, or a file, which is registered first. Without a version\n' +
    'each tick takes the latest release. Of the ticks that nobody was there for, skip (the default) makes up for none, last\n' +
    'for the last one, all for the last hundred. However many processes there are, one task is created a tick.',
  examples: [
    {
      command: 'tasker schedule add nightly report --cron "0 3 * * *" --timezone Europe/Berlin',
      says: 'at three there',
    },
    {
      command: 'tasker schedule add poll import@1.2.0 --cron "*/10 * * * *" --catch-up last',
      says: 'every ten minutes',
    },
  ],
  run: async (invocation) => {
    const [name = '', written = ''] = invocation.arguments
    const wanted = await scheduleIn(name, invocation)
    const handlers = isFile(written) ? await handlersFor(invocation) : []
    return withTasker(
      invocation,
      async (tasker) => {
        const template = await templateIn(written, tasker, invocation)
        const schedule = await tasker.schedules.add({ ...wanted, template }, byOf(invocation))
        return tell(invocation, schedule, `added: its first task is created at ${schedule.next}`)
      },
      handlers,
    )
  },
}

const scheduleIn = async (name: string, invocation: Invocation): Promise<Omit<NewSchedule, 'template'>> => {
  const { option, system } = invocation
  const [cron, timezone, input, priority] = [option('cron'), option('timezone'), option('input'), option('priority')]
  const given = option('catch-up') ?? 'skip'
  const catchUp = CATCH_UP.find((known) => known === given)
  if (cron === undefined) throw usageError('--cron is missing', 'such as --cron "0 3 * * *"')
  if (catchUp === undefined) throw usageError(`--catch-up is one of ${CATCH_UP.join(', ')}, not "${given}"`)
  return {
    name,
    cron,
    catchUp,
    ...(timezone === undefined ? {} : { timezone }),
    ...(input === undefined ? {} : { input: await jsonArgument(input, '--input', system) }),
    ...(priority === undefined ? {} : { priority: priorityIn(priority) }),
  }
}

const templateIn = async (
  written: string,
  { templates }: OpenTasker,
  invocation: Invocation,
): Promise<NewSchedule['template']> => {
  if (!isFile(written)) return templateName(written)
  const { registered } = await templates.register(resolve(invocation.system.cwd, written), byOf(invocation))
  const { namespace, name, version } = registered
  return { namespace, name, version }
}

export const scheduleListCommand: Command = {
  name: 'schedule list',
  summary: 'list the schedules, and when each creates its next task',
  examples: [{ command: 'tasker schedule list', says: 'one line a schedule' }],
  run: (invocation) =>
    withTasker(invocation, async ({ schedules }) => {
      const { json, output } = invocation
      const listed = await schedules.list()
      if (json) output.printJson({ schedules: listed.map(asJson) })
      else if (listed.length === 0) output.print('There is no schedule.')
      else output.table(listed.map(rowOf))
      return EXIT.complete
    }),
}

export const scheduleShowCommand: Command = {
  name: 'schedule show',
  summary: 'show a schedule, and who did what to it',
  arguments: [{ name: 'NAME' }],
  examples: [{ command: 'tasker schedule show nightly', says: 'missed ticks and refused tasks included' }],
  run: (invocation) =>
    withTasker(invocation, async ({ schedules }) => {
      const [name = ''] = invocation.arguments
      const { json, output } = invocation
      const schedule = await schedules.get(name)
      const changes = await schedules.changes(name)
      if (json) {
        output.printJson({ schedule: asJson(schedule), changes: changes.map(changeAsJson) })
        return EXIT.complete
      }
      output.table([rowOf(schedule)])
      output.table(changes.map((change) => ['', ...changeRow(change)]))
      return EXIT.complete
    }),
}

type Act = (
  schedules: OpenTasker['schedules'],
  name: string,
  invocation: Invocation,
) => Promise<ScheduleView | undefined>

const actCommand = (word: string, summary: string, done: string, says: string, act: Act): Command => ({
  name: `schedule ${word}`,
  summary,
  arguments: [{ name: 'NAME' }],
  options: BY_OPTIONS,
  examples: [{ command: `tasker schedule ${word} nightly --reason "the source moves house"`, says }],
  run: (invocation) =>
    withTasker(invocation, async ({ schedules }) => {
      const [name = ''] = invocation.arguments
      return tell(invocation, await act(schedules, name, invocation), done)
    }),
})

export const schedulePauseCommand = actCommand(
  'pause',
  'create no tasks for a while',
  'paused',
  'what would have come is not made up for',
  async (schedules, name, invocation) => {
    await schedules.pause(name, byOf(invocation))
    return schedules.get(name)
  },
)

export const scheduleResumeCommand = actCommand(
  'resume',
  'go on with a schedule that was paused',
  'resumed',
  'from its next time on',
  (schedules, name, invocation) => schedules.resume(name, byOf(invocation)),
)

export const scheduleRemoveCommand = actCommand(
  'remove',
  'remove a schedule; its tasks stay',
  'removed',
  'who did it stays on record',
  async (schedules, name, invocation) => {
    await schedules.remove(name, byOf(invocation))
    return undefined
  },
)

const tell = (invocation: Invocation, schedule: ScheduleView | undefined, done: string): number => {
  const { json, output } = invocation
  const [name = ''] = invocation.arguments
  if (json) output.printJson({ schedule: schedule === undefined ? null : asJson(schedule) })
  else output.print(`${name} ${done}`)
  return EXIT.complete
}

const rowOf = (schedule: ScheduleView): ReadonlyArray<string> => {
  const { name, cron, timezone, template, paused, next, last } = schedule
  const version = template.version === null ? '' : `@${template.version}`
  return [
    name,
    cron,
    timezone,
    `${template.namespace}/${template.name}${version}`,
    paused ? 'paused' : (next ?? 'never again'),
    last === null ? '-' : `last ${last.tick} ${last.task}`,
  ]
}

const changeRow = ({ at, kind, actor, reason, detail }: ScheduleChange): ReadonlyArray<string> => [
  new Date(at).toISOString().slice(0, 19),
  kind,
  actor,
  reason ?? (kind === 'ticks-missed' || kind === 'tick-refused' ? detail : ''),
]

const asJson = ({ catchUp, template, last, ...schedule }: ScheduleView): Json => ({
  ...schedule,
  template: { ...template },
  catch_up: catchUp,
  last: last === null ? null : { ...last },
})

const changeAsJson = ({ at, detail, ...change }: ScheduleChange): Json => ({
  ...change,
  at: new Date(at).toISOString(),
  detail: JSON.parse(detail),
})
