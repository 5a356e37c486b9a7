/** Bytes as lines of UTF-8, whatever pieces they come in; never more than one line in memory. */
import * as E from 'fp-ts/lib/Either.js'

export interface TextLine {
  /** From 1. */
  readonly number: number
  readonly text: string
}

export interface UnreadableLine {
  readonly number: number
  readonly message: string
}

/** Ends with the first line that is too long or no UTF-8. The end of the last line may be missing. */
export async function* textLines(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<E.Either<UnreadableLine, TextLine>> {
  let pieces: Uint8Array[] = []
  let size = 0
  let number = 0
  const close = (): E.Either<UnreadableLine, TextLine> => {
    number += 1
    const bytes = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)
    pieces = []
    size = 0
    const text = decoded(bytes ?? new Uint8Array())
    return text === undefined ? E.left({ number, message: 'is no UTF-8' }) : E.right({ number, text })
  }
  for await (const chunk of source) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      pieces.push(chunk.subarray(start, end))
      start = end + 1
      const line = close()
      yield line
      if (E.isLeft(line)) return
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start))
    size += chunk.length - start
    if (size > maxBytes) return yield E.left({ number: number + 1, message: `is longer than ${maxBytes} bytes` })
  }
  if (size > 0) yield close()
}

const NEWLINE = 0x0a

/** The mark at the beginning of a file is kept: it belongs to no JSON. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const decoded = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
