/**
 * `fetch` for providers: it follows no redirect, so that a key reaches the host that was named and no other; it reads no
 * more of an answer than a named limit; and bytes that are no UTF-8 are not guessed at. Each such sequence becomes the
 * JSON escape of half a surrogate pair, which no record can hold, so that an answer with one in it ends in a finding.
 */
import { MAX_PLANNER_ANSWER_BYTES } from '../core/limits.js'

export const ANSWER_TOO_LARGE = 'answer_too_large'

export const guardedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: 'error' })
  if (response.body === null) return response
  const { status, statusText, headers } = response
  return new Response(response.body.pipeThrough(guard(MAX_PLANNER_ANSWER_BYTES)), { status, statusText, headers })
}

/** By lines: what stands between two line breaks is decoded at once, so that no character is halved by a packet. */
export const guard = (maxBytes: number): TransformStream<Uint8Array, Uint8Array> => {
  let seen = 0
  let begun: Uint8Array[] = []
  const line = (): Uint8Array => {
    const bytes = begun.length === 1 && begun[0] !== undefined ? begun[0] : Buffer.concat(begun)
    begun = []
    return marked(bytes)
  }
  return new TransformStream({
    transform: (chunk, controller) => {
      seen += chunk.byteLength
      if (seen > maxBytes) {
        return controller.error(
          Object.assign(new Error(`the answer has more than ${maxBytes} bytes`), { code: ANSWER_TOO_LARGE }),
        )
      }
      const end = chunk.lastIndexOf(LINE_FEED) + 1
      if (end > 0) {
        begun.push(chunk.subarray(0, end))
        controller.enqueue(line())
      }
      if (end < chunk.byteLength) begun.push(chunk.subarray(end))
    },
    flush: (controller) => {
      if (begun.length > 0) controller.enqueue(line())
    },
  })
}

const LINE_FEED = 0x0a
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const LENIENT = new TextDecoder('utf-8', { ignoreBOM: true })

const marked = (bytes: Uint8Array): Uint8Array => {
  try {
    STRICT.decode(bytes)
    return bytes
  } catch {
    return Buffer.from(LENIENT.decode(bytes).replaceAll('\ufffd', '\\udc80'))
  }
}
