/** Texts in which references stand among other characters: what a value looks like there, and what a URL allows. */
import type { Json } from '../core/json.js'
import { StepFailure } from '../ports/handler.js'

export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: Json; readonly source: string }

export const textOf = (parts: ReadonlyArray<TextPart>): string =>
  parts.map((part) => (part.kind === 'text' ? part.text : written(part.value, part.source))).join('')

/** Scheme, host and port, and the mark that ends them: nothing that follows can change where the request goes. */
const LITERAL_ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\\]+[/?#]/i

/**
 * A URL with references in its path and query, each percent-encoded. Refused where one could choose the host, or leave
 * its place in the path: no encoding keeps `..` from being resolved, and an empty segment is another resource.
 */
export const urlOf = (parts: ReadonlyArray<TextPart>, source: string): string => {
  const [first] = parts
  if (parts.length > 1 && (first?.kind !== 'text' || !LITERAL_ORIGIN.test(first.text))) {
    throw failure('host_not_allowed', `scheme, host and port must be written out in "${shown(source)}"`)
  }
  let url = ''
  for (const part of parts) {
    if (part.kind === 'text') url += part.text
    else {
      const value = written(part.value, part.source)
      if (value === '' && !/[?#]/.test(url)) throw empty(part.source)
      url += encoded(value)
    }
  }
  const path = url.replace(/[?#].*$/s, '').split(/[/\\]/)
  if (path.some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) {
    throw failure('url_invalid', `a reference in "${shown(source)}" would lead to another path (.. or .)`)
  }
  return url
}

/** A lone surrogate has no encoding; as UTF-8 it is the replacement character. */
const encoded = (text: string): string => encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'))

const written = (value: Json, source: string): string => {
  if (value === null) throw empty(source)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

const empty = (source: string): StepFailure =>
  failure('reference_empty', `${source} finds nothing, and stands inside of a text`)

const failure = (code: string, message: string): StepFailure => new StepFailure(code, message, { retryable: false })

const shown = (text: string): string => text.slice(0, 200)
