/**
 * Every stream belongs to one of 256 partitions for ever: the first byte of the SHA-256 of its name. Who shares the
 * streams of a log among several readers shares partitions. The same rule stands in `matching.sql`.
 */
import { hash } from 'node:crypto'

export const PARTITIONS = 256

export const partitionOf = (stream: string): number => Number.parseInt(hash('sha256', stream, 'hex').slice(0, 2), 16)

/** One bit a partition, as Postgres's `get_bit` reads them. */
export const partitionMask = (partitions: Iterable<number>): Buffer => {
  const mask = Buffer.alloc(PARTITIONS / 8)
  for (const partition of partitions) {
    const byte = partition >> 3
    mask[byte] = (mask[byte] ?? 0) | (1 << (partition & 7))
  }
  return mask
}
