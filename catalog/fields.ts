/** Codecs that several handlers of the catalog share, so that one word means one thing in all of them. */
import { described, integer, listOf, text } from '../src/core/described.js'
import { json } from '../src/core/events/codecs.js'
import {
  MAX_CALLABLE_CHARS,
  MAX_EXPRESSION_CHARS,
  MAX_ITEMS,
  MAX_NAME_CHARS,
  MAX_STEP_TIMEOUT_SECONDS,
} from '../src/core/limits.js'

export const expression = (description: string) =>
  text({ maxChars: MAX_EXPRESSION_CHARS, description: `JMESPath without arithmetic. ${description}` })

export const data = (description: string) => described(json, description)

export const items = (description: string) => listOf(json, { maxItems: MAX_ITEMS, description })

export const stepName = text({ maxChars: MAX_CALLABLE_CHARS, description: 'The name of a step.' })

export const seconds = (max: number, description: string) => integer({ min: 1, max, description })

export const stepTimeout = seconds(MAX_STEP_TIMEOUT_SECONDS, 'Seconds that one attempt may take.')

/** It holds credentials, so bounds list it among the secrets, and it is written out for everybody to see. */
export const connectionName = (description: string) =>
  text({ maxChars: MAX_NAME_CHARS, description: `${description} Written out; listed in allowed_secrets.` })
