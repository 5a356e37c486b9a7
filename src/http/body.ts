/** The body of a request as JSON, no larger and no deeper than is allowed; nothing is parsed before its depth is known. */
import { MAX_BODY_BYTES, MAX_BODY_DEPTH } from './limits.js'
import { HttpProblem } from './problem.js'

/** Throws an `HttpProblem`: `unsupported_media_type`, `body_too_large`, `body_too_deep`, `invalid_json`, `invalid_text`. */
export const readJson = async (request: globalThis.Request): Promise<unknown> => {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) {
    throw new HttpProblem({
      status: 415,
      code: 'unsupported_media_type',
      detail: 'the body must be application/json',
      headers: { accept: 'application/json' },
    })
  }
  const text = await readText(request)
  if (depthOf(text) > MAX_BODY_DEPTH) {
    const detail = `the body is nested deeper than ${MAX_BODY_DEPTH}`
    throw new HttpProblem({ status: 400, code: 'body_too_deep', detail })
  }
  try {
    const value: unknown = JSON.parse(text)
    // Anything else that cannot be stored would not have been UTF-8.
    if (text.includes('\\u')) refuseUnstorable(value)
    return value
  } catch (error) {
    if (error instanceof HttpProblem) throw error
    const detail = `the body is no JSON: ${error instanceof Error ? error.message : String(error)}`
    throw new HttpProblem({ status: 400, code: 'invalid_json', detail })
  }
}

/** A NUL, which the database does not hold, and half a character, which is none: in a value or in a key. */
const refuseUnstorable = (value: unknown): void => {
  if (typeof value === 'string' && UNSTORABLE.test(value)) {
    const detail = 'a text holds a NUL character or half of a surrogate pair, which cannot be stored'
    throw new HttpProblem({ status: 400, code: 'invalid_text', detail })
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, member] of Object.entries(value)) {
    refuseUnstorable(key)
    refuseUnstorable(member)
  }
}

// By character and not by unit, so that only a surrogate without its other half is one.
const UNSTORABLE = /[\0\p{Surrogate}]/u

const readText = async (request: globalThis.Request): Promise<string> => {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Left and not cancelled, and the connection not closed: either would cut it under an answer which its caller has yet to
  // read. What goes on coming is dropped by the server, for a while and up to a size, and then the connection ends.
  for await (const chunk of request.body?.values({ preventCancel: true }) ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_BODY_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw new HttpProblem({ status: 400, code: 'invalid_json', detail: 'the body is no UTF-8' })
  }
}

const tooLarge = (): HttpProblem =>
  new HttpProblem({
    status: 413,
    code: 'body_too_large',
    detail: `the body is larger than ${MAX_BODY_BYTES} bytes`,
  })

/** How deep brackets stand within each other, those in texts aside. */
export const depthOf = (json: string): number => {
  let depth = 0
  let deepest = 0
  let isText = false
  for (let at = 0; at < json.length; at++) {
    const sign = json[at]
    if (isText) {
      if (sign === '\\') at++
      else if (sign === '"') isText = false
    } else if (sign === '"') isText = true
    else if (sign === '{' || sign === '[') deepest = Math.max(deepest, ++depth)
    else if (sign === '}' || sign === ']') depth--
  }
  return deepest
}
