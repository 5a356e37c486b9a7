/** What the memory log keeps beside events: registered templates, and which streams may be dead letters. */
import type { Log } from '../ports/log.js'
import type { RegisteredTemplate, TemplateStore } from '../ports/templates.js'
import type { MemoryStore } from './memory-store.js'

export const memoryTemplates = (store: MemoryStore): TemplateStore => ({
  registerTemplate: async (template, nowMs) => {
    const key = keyOf(template)
    const stored = store.templates.get(key) ?? { ...template, registeredAt: new Date(nowMs).toISOString() }
    store.templates.set(key, stored)
    return stored
  },
  readTemplate: async (namespace, name, version) => store.templates.get(keyOf({ namespace, name, version })),
  listTemplates: async ({ namespace, name }) =>
    [...store.templates.values()]
      .filter((template) => namespace === undefined || template.namespace === namespace)
      .filter((template) => name === undefined || template.name === name)
      .sort((left, right) => (placeOf(left) < placeOf(right) ? -1 : placeOf(left) > placeOf(right) ? 1 : 0))
      .map(({ text: _, ...listing }) => listing),
})

type Key = Pick<RegisteredTemplate, 'namespace' | 'name' | 'version'>

const keyOf = ({ namespace, name, version }: Key): string => JSON.stringify([namespace, name, version])

const placeOf = ({ namespace, name, registeredAt, version }: RegisteredTemplate): string =>
  [namespace, name, registeredAt, version].join('\0')

const MAKES_ONE: ReadonlyArray<string> = ['task-blocked', 'task-failed', 'deadline-passed']
const ENDS_IT: ReadonlyArray<string> = ['dead-letter-resolved', 'task-reopened']
const NEVER: ReadonlyArray<string> = ['complete', 'cancelled', 'resolved_manually']

export const memoryDeadLetters = (store: MemoryStore): Pick<Log, 'deadLetterStreams'> => ({
  deadLetterStreams: async (limit, after = '') =>
    [...store.streams]
      .filter(([stream, events]) => {
        const last = events.findLast(({ type }) => MAKES_ONE.includes(type) || ENDS_IT.includes(type))
        const status = store.heads.get(stream)?.status ?? ''
        return stream > after && last !== undefined && MAKES_ONE.includes(last.type) && !NEVER.includes(status)
      })
      .map(([stream]) => stream)
      .sort()
      .slice(0, limit),
})
