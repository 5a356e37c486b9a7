/** Templates, schedules and dead letters on a server, as commands handle those of a database. */
import * as E from 'fp-ts/lib/Either.js'
import type { OpenTasker } from '../cli/system.js'
import { UserError } from '../cli/user-error.js'
import type { Schedule, RegisteredTemplate as Shown } from '../client/client.js'
import type { DeadLetterReason } from '../core/dead-letter.js'
import type { Json } from '../core/json.js'
import { TASK_STATUSES } from '../core/status.js'
import type { Template } from '../core/template.js'
import type { DeadLetterEntry } from '../engine/dead-letters.js'
import type { ScheduleView } from '../engine/schedules.js'
import { unshaped } from '../http/shape.js'
import { registeredTemplate, templateListing } from '../http/shapes/template.js'
import type { CatchUp, ScheduleChange } from '../ports/schedules.js'
import type { RegisteredTemplate } from '../ports/templates.js'
import { templateOf } from '../templates/load-template.js'
import { TemplateInvalid } from '../templates/registry.js'
import { readSourceFile } from '../templates/source-file.js'
import { parseYaml } from '../templates/yaml-source.js'
import { type Connection, reasonOf } from './connection.js'
import { told } from './refusal.js'
import { wordOf } from './words.js'

export const remoteTemplates = ({ client, as }: Connection): OpenTasker['templates'] => {
  const get = async ({ name, namespace, version }: Parameters<OpenTasker['templates']['get']>[0]) => {
    const wanted = { ...(namespace === undefined ? {} : { namespace }), ...(version === undefined ? {} : { version }) }
    const shown: Shown = await told(client.templates.get(name, wanted))
    const registered: RegisteredTemplate = unshaped(registeredTemplate, shown)
    return { registered, template: readHere(registered.text, name) }
  }
  return {
    register: async (source, { actor }) => {
      const { namespace, name, version, is_new } = await told(
        as(actor).templates.register({ text: await textOf(source) }),
      )
      return { ...(await get({ namespace, name, version })), isNew: is_new }
    },
    get,
    list: async (filter = {}) =>
      (await told(client.templates.list(filter))).items.map((one) => unshaped(templateListing, one)),
  }
}

/** The server knows its handlers; here only the text is read. */
const readHere = (text: string, name: string): Template => {
  const parsed = parseYaml(text, name)
  if (E.isLeft(parsed)) throw new TemplateInvalid(parsed.left.map((problem) => ({ ...problem, path: '' })))
  const template = templateOf(parsed.right.value, undefined)
  if (E.isLeft(template)) throw new TemplateInvalid(template.left)
  return template.right
}

/** Of a file of this machine, or of a template that is at hand. */
const textOf = async (source: string | Json): Promise<string> => {
  if (typeof source !== 'string') return JSON.stringify(source)
  const text = await readSourceFile(source)
  if (E.isRight(text)) return text.right
  const { fault, message } = text.left
  throw new UserError({ code: `template_${fault}`, message: `${source}: ${message}`, place: { source } })
}

export const remoteSchedules = ({ client, as }: Connection): OpenTasker['schedules'] => ({
  add: async ({ catchUp, template, ...schedule }, by) =>
    viewOf(
      await told(
        as(by.actor).schedules.add({
          ...schedule,
          template: { ...template },
          ...(catchUp === undefined ? {} : { catch_up: catchUp }),
          ...reasonOf(by),
        }),
      ),
    ),
  list: async () => (await told(client.schedules.list())).items.map(viewOf),
  get: async (name) => viewOf(await told(client.schedules.get(name))),
  remove: async (name, by) => {
    await told(as(by.actor).schedules.remove(name, reasonOf(by)))
  },
  pause: async (name, by) => {
    await told(as(by.actor).schedules.pause(name, reasonOf(by)))
  },
  resume: async (name, by) => viewOf(await told(as(by.actor).schedules.resume(name, reasonOf(by)))),
  changes: async (name) =>
    (await told(client.schedules.changes(name))).items.map(({ kind, at, detail, ...change }) => ({
      ...change,
      kind: wordOf(CHANGE_KINDS, kind),
      at: Date.parse(at),
      detail: JSON.stringify(detail),
    })),
})

const CATCH_UPS: ReadonlyArray<CatchUp> = ['skip', 'last', 'all']
const CHANGE_KINDS: ReadonlyArray<ScheduleChange['kind']> = [
  'added',
  'removed',
  'paused',
  'resumed',
  'ticks-missed',
  'tick-refused',
]
const REASONS: ReadonlyArray<DeadLetterReason> = ['blocked', 'exhausted', 'stale', 'late', 'failed']

const viewOf = ({ catch_up, input, ...schedule }: Schedule): ScheduleView => ({
  ...schedule,
  input: JSON.parse(JSON.stringify(input ?? null)),
  catchUp: wordOf(CATCH_UPS, catch_up),
})

export const remoteDeadLetters = ({ client, as }: Connection): OpenTasker['deadLetters'] => {
  const show = async (task: string) => {
    const { entry, history } = await told(client.deadLetters.get(task))
    return {
      entry: entry === null ? null : entryOf(entry),
      history: history.map(({ resolution, ...one }) => ({
        ...one,
        resolution: resolution === null ? null : wordOf(RESOLUTIONS, resolution),
      })),
    }
  }
  return {
    list: async function* () {
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const query = { fresh: true, ...(cursor === undefined ? {} : { cursor }) }
        const page: Awaited<ReturnType<typeof client.deadLetters.list>> = await told(client.deadLetters.list(query))
        for (const { task } of page.items) {
          const { entry } = await show(task)
          if (entry !== null) yield entry
        }
        cursor = page.next_cursor
      }
    },
    show,
    resolve: async (task, resolution, by) => {
      await told(as(by.actor).deadLetters.resolve(task, { resolution, ...reasonOf(by) }))
    },
  }
}

const RESOLUTIONS = ['manually_resolved', 'permanently_failed', 'cancelled'] as const

type ShownEntry = NonNullable<Awaited<ReturnType<Connection['client']['deadLetters']['get']>>['entry']>

const entryOf = ({ task, reason, status, ...entry }: ShownEntry): DeadLetterEntry => ({
  ...entry,
  taskId: task,
  reason: wordOf(REASONS, reason),
  status: wordOf(TASK_STATUSES, status),
})
