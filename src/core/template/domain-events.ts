/**
 * Domain events as a template declares them: for each step which events it publishes, when, and of what shape. A name
 * that the template declares as a whole (`domain_events`) lends its schema to the steps that publish it.
 */
import * as t from 'io-ts'
import { closed } from '../closed.js'
import { listOf } from '../described.js'
import { jsonObject } from '../events/codecs.js'
import { MAX_CALLABLE_CHARS, MAX_NAME_CHARS, MAX_PUBLISHED_EVENTS, MAX_TEXT_CHARS } from '../limits.js'
import type { Publication } from '../step.js'
import type { TemplateProblem } from './problem.js'
import { matching, oneOf, text } from './scalars.js'

const eventName = matching(
  /^(?=.{1,255}$)[a-z0-9_]+(\.[a-z0-9_]+)*$/,
  `lower-case letters, digits and _, parts joined by dots, ${MAX_NAME_CHARS} at most`,
)

const publication = closed(
  { name: eventName },
  {
    description: text(MAX_TEXT_CHARS),
    condition: oneOf('success', 'failure', 'retryable_failure', 'permanent_failure', 'always'),
    schema: jsonObject,
    delivery_mode: oneOf('durable', 'fast', 'broadcast'),
    publisher: text(MAX_CALLABLE_CHARS),
  },
)

/** Earlier templates of Tasker Core list names alone. */
export const publications = listOf(t.union([eventName, publication], 'an event, or the name of one'), {
  maxItems: MAX_PUBLISHED_EVENTS,
})

export const domainEvents = listOf(
  closed({ name: eventName }, { description: text(MAX_TEXT_CHARS), schema: jsonObject }),
  { maxItems: MAX_PUBLISHED_EVENTS },
)

type WrittenPublications = t.TypeOf<typeof publications>
type Declared = t.TypeOf<typeof domainEvents>

/** The parts of a template that speak of events. */
interface Written {
  readonly domain_events?: Declared
  readonly steps: ReadonlyArray<{ readonly publishes_events?: WrittenPublications }>
}

export const publicationsOf = (
  written: WrittenPublications | undefined,
  declared: Declared = [],
): ReadonlyArray<Publication> =>
  (written ?? []).map((entry) => {
    const event = typeof entry === 'string' ? { name: entry } : entry
    const declaration = declared.find(({ name }) => name === event.name)
    const schema = event.schema ?? declaration?.schema
    const description = event.description ?? declaration?.description
    return {
      name: event.name,
      ...(description === undefined ? {} : { description }),
      condition: event.condition ?? 'success',
      ...(schema === undefined ? {} : { schema }),
      ...(event.delivery_mode === undefined ? {} : { deliveryMode: event.delivery_mode }),
    }
  })

/** An event that nobody publishes, one that is declared twice, and what a publication asks for that there is not. */
export const domainEventProblems = (template: Written): ReadonlyArray<TemplateProblem> => {
  const declared = template.domain_events ?? []
  const published = new Set(template.steps.flatMap((step) => publicationsOf(step.publishes_events).map(nameOf)))
  return [
    ...declared.flatMap(({ name }, index): ReadonlyArray<TemplateProblem> => {
      const path = `domain_events.${index}.name`
      if (declared.findIndex((other) => other.name === name) < index) {
        return [{ code: 'duplicate_event', path, message: `"${name}" is declared above already` }]
      }
      if (published.has(name)) return []
      return [{ code: 'event_not_published', path, message: `no step lists "${name}" in publishes_events` }]
    }),
    ...template.steps.flatMap((step, index) => ofStep(step.publishes_events ?? [], `steps.${index}.publishes_events`)),
  ]
}

const ofStep = (written: WrittenPublications, at: string): ReadonlyArray<TemplateProblem> => {
  const entries = publicationsOf(written)
  return entries.flatMap(({ name, condition }, index): ReadonlyArray<TemplateProblem> => {
    const twin = entries.findIndex((other) => other.name === name && other.condition === condition)
    if (twin === index) return []
    return [{ code: 'duplicate_event', path: `${at}.${index}`, message: `"${name}" on ${condition} is listed above` }]
  })
}

const nameOf = ({ name }: Publication): string => name
