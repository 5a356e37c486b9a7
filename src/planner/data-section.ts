/**
 * Sections of a prompt. What stands in one is JSON in which every `<` is written as its escape, so that no text from a
 * task, a result or a model can close its section or open another: it reads the same to a JSON parser, and it is data.
 */
import type { Json } from '../core/json.js'

/** JSON text without any `<`. In JSON that character stands in strings alone, where the escape means the same. */
export const asData = (value: Json): string => JSON.stringify(value).replaceAll('<', '\\u003c')

export const section = (
  tag: string,
  value: Json,
  attributes: Readonly<Record<string, string | number>> = {},
): string => {
  const written = Object.entries(attributes).map(([name, attribute]) => ` ${name}=${asData(attribute)}`)
  return `<${tag}${written.join('')}>\n${asData(value)}\n</${tag}>`
}
