/**
 * A payload as EventStoreDB keeps it. An event of a task refers to it by `{digest, bytes}`; whoever reads that finds the
 * text in a stream of its own, `payload-<task's id>-<hex of the digest>`: one event, or as many as its size needs, whose
 * `text`s put together are the very bytes that the digest is of.
 */
import { createHash } from 'node:crypto'
import { type JSONEventData, jsonEvent } from '@eventstore/db-client'
import { MIRROR_PIECE_CHARS } from '../../core/limits.js'
import type { Payload } from '../../ports/log.js'

export const streamOfPayload = (stream: string, digest: string): string =>
  `payload-${stream.replace(/^task-/, '')}-${digest.replace(/^sha256:/, '')}`

/** In their order; the ids follow from the stream, so that pieces that are sent again are the same ones. */
export const payloadPieces = (stream: string, { digest, text }: Payload): ReadonlyArray<JSONEventData> => {
  const pieces = piecesOf(text)
  return pieces.map((piece, index) =>
    jsonEvent({
      id: idOf(`${streamOfPayload(stream, digest)}/${index}`),
      type: 'payload-stored',
      data: { digest, piece: index + 1, pieces: pieces.length, text: piece },
      metadata: { stream },
    }),
  )
}

/**
 * One after the other, each where the ones before it stand; what is there already, as far as somebody came who died over
 * it, is left alone. `append` is given how many come before the piece, `count` says how many there are.
 */
export const appendPieces = async (
  pieces: ReadonlyArray<JSONEventData>,
  append: (piece: JSONEventData, before: number) => Promise<'appended' | 'wrong version'>,
  count: () => Promise<number>,
): Promise<void> => {
  for (let next = 0; ; ) {
    const piece = pieces[next]
    if (piece === undefined) return
    next = (await append(piece, next)) === 'appended' ? next + 1 : await count()
  }
}

/** No character is cut in two: half of one is no text. */
const piecesOf = (text: string): ReadonlyArray<string> => {
  const pieces: string[] = []
  for (let at = 0; at < text.length || pieces.length === 0; ) {
    let end = Math.min(text.length, at + MIRROR_PIECE_CHARS)
    if (end < text.length && /[\ud800-\udbff]/.test(text.charAt(end - 1))) end -= 1
    pieces.push(text.slice(at, end))
    at = end
  }
  return pieces
}

/** A version 8 UUID, whose bits are the hash's. */
const idOf = (name: string): string => {
  const hex = createHash('sha256').update(name).digest('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)]
  return parts.join('-')
}
