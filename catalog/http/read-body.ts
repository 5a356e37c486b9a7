/**
 * Reads a response's body up to a limit that counts what was unpacked: a megabyte of zeros travels as a kilobyte. The
 * stream is destroyed as soon as the limit is passed.
 */
import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { HttpFaultError, httpFault } from './http-fault.js'

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

export const ACCEPTED_ENCODINGS = 'gzip, deflate, br'

/** Throws `HttpFaultError` (`response_too_large`, `response_unreadable`), or what the connection throws. */
export const readBody = async (body: Readable, encoding: string, maxBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let bytes = 0
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      bytes += chunk.length
      if (bytes > maxBytes) return
      chunks.push(chunk)
    }
  }
  const name = encoding.trim().toLowerCase()
  try {
    if (name === '' || name === 'identity') await pipeline(body, collect)
    else await pipeline(body, decoderOf(name, body), collect)
  } catch (error) {
    // Streams that are cut short complain in their own ways; the reason is known.
    if (bytes <= maxBytes) throw unpackFault(error)
  }
  if (bytes <= maxBytes) return Buffer.concat(chunks, bytes)
  throw new HttpFaultError(
    httpFault('response_too_large', `the response has more than the ${maxBytes} bytes that max_bytes allows`),
  )
}

const decoderOf = (name: string, body: Readable): Transform => {
  const create = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined
  if (create !== undefined) return create()
  body.on('error', () => undefined).destroy()
  throw new HttpFaultError(
    httpFault('response_unreadable', `the response is packed as "${name}", which was not asked for`),
  )
}

const unpackFault = (error: unknown): unknown =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
    ? new HttpFaultError(httpFault('response_unreadable', `the response cannot be unpacked: ${error.message}`, error))
    : error
