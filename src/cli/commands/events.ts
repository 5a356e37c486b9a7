/** `tasker events`: the log as it was recorded, from anywhere on, and as it grows. */

import type { EventType } from '../../core/event.js'
import { EVENTS } from '../../core/event.js'
import type { StoredEvent } from '../../ports/log.js'
import type { SubscriptionFilter } from '../../ports/subscription.js'
import type { Command, Invocation } from '../command.js'
import { didYouMean } from '../did-you-mean.js'
import { EXIT } from '../exit-code.js'
import { withLog } from '../log-access.js'
import { type Palette, writeLine } from '../output.js'
import { usageError } from '../user-error.js'

export const eventsCommand: Command = {
  name: 'events',
  summary: 'print what was recorded, and what is being recorded',
  options: {
    task: { type: 'string', value: 'TASK', summary: 'of this task' },
    type: { type: 'string', multiple: true, value: 'TYPE', summary: 'of this type, as step-completed (repeatable)' },
    template: { type: 'string', value: 'NAME', summary: "of this template's tasks" },
    correlation: { type: 'string', value: 'ID', summary: 'with this correlation' },
    'planned-by': { type: 'string', value: 'STEP', summary: 'of the steps that this planning step planned; * for any' },
    from: {
      type: 'string',
      value: 'POSITION',
      summary: 'above this position; start or now (start; with --follow now)',
    },
    follow: { type: 'boolean', short: 'f', summary: 'go on as more is recorded' },
  },
  details:
    'A line an event: position, time, task, version, type, and what it is about. With --json a line of JSON an event, with\n' +
    'the whole of it.',
  examples: [
    { command: 'tasker events --task 01932f6e-…', says: "a task's whole story" },
    { command: 'tasker events --follow --type step-failed --type task-failed', says: 'what goes wrong, as it does' },
    { command: 'tasker events --from 120000 --json', says: 'for a program, from where it stopped' },
  ],
  run: (invocation) => {
    const { output, json, has, signal } = invocation
    const follow = has('follow')
    const selection = { filter: filterOf(invocation), from: fromOf(invocation, follow), follow, signal }
    return withLog(invocation, async (log) => {
      for await (const event of log.events(selection)) {
        const line = json ? JSON.stringify(asJson(event)) : lineOf(event, output.paint)
        await writeLine(output.stdout, line)
        if (signal.aborted) break
      }
      return EXIT.complete
    })
  },
}

const filterOf = ({ option, options }: Invocation): SubscriptionFilter => {
  const given = {
    task: option('task'),
    template: option('template'),
    correlation: option('correlation'),
    plannedBy: option('planned-by'),
  }
  const types = options('type').map(typeOf)
  return {
    ...(types.length === 0 ? {} : { types }),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  }
}

const isType = (name: string): name is EventType => Object.hasOwn(EVENTS, name)

const typeOf = (name: string): EventType => {
  if (isType(name)) return name
  const meant = didYouMean(name, Object.keys(EVENTS))
  throw usageError(`there is no event type ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`)
}

const fromOf = ({ option }: Invocation, follow: boolean): 'start' | 'now' | number => {
  const from = option('from') ?? (follow ? 'now' : 'start')
  if (from === 'start' || from === 'now') return from
  if (/^\d{1,15}$/.test(from)) return Number(from)
  throw usageError(`--from is a position, start or now, not "${from}"`)
}

const lineOf = (event: StoredEvent, paint: Palette): string => {
  const position = paint.dim(String(event.position).padStart(9))
  const place = `${event.time.slice(0, 23)} ${taskOf(event)} ${String(event.version).padStart(4)}`
  return `${position} ${place} ${paint.bold(event.type)}${aboutOf(event)}`
}

/** What an event is about, in the few words that most types have. */
const aboutOf = ({ data }: StoredEvent): string => {
  const { step, attempt, reason, error, verdict, origin, by } = JSON.parse(data)
  const code = typeof error === 'object' && error !== null ? error.code : undefined
  const told = [step, attempt === undefined ? undefined : `#${attempt}`, origin, by, verdict, code, reason]
  const words = told.filter((word): word is string => typeof word === 'string' && word !== '')
  return words.length === 0 ? '' : ` ${words.join(' ')}`
}

const asJson = (event: StoredEvent) => ({
  position: event.position,
  task: taskOf(event),
  version: event.version,
  id: event.id,
  type: event.type,
  schema_version: event.schemaVersion,
  time: event.time,
  data: JSON.parse(event.data),
  metadata: JSON.parse(event.metadata),
  hash: event.hash,
})

const taskOf = ({ stream }: StoredEvent): string => stream.replace(/^task-/, '')
