/**
 * One array parameter of a statement, written element by element in Postgres's binary format, which `pg` sends as it
 * stands. Encoding an array as text and parsing it there cost more than the rest of the append.
 */
export type ElementType = keyof typeof OIDS

const OIDS = { bool: 16, bytea: 17, int8: 20, int4: 23, text: 25, timestamptz: 1184, uuid: 2950 } as const
const HEADER_BYTES = 20
const KEPT_BYTES = 1024 * 1024
const EPOCH_2000_MICROS = 946_684_800_000_000
const TWO_TO_32 = 2 ** 32

export class ArrayColumn {
  #bytes = Buffer.allocUnsafe(1024)
  #end = HEADER_BYTES
  #count = 0

  constructor(readonly type: ElementType) {}

  clear(): void {
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(1024)
    this.#end = HEADER_BYTES
    this.#count = 0
  }

  text(value: string): void {
    // Three bytes a character is the most that UTF-8 takes; only long text is worth counting.
    this.#reserve(4 + (value.length < 4096 ? value.length * 3 : Buffer.byteLength(value)))
    const bytes = this.#bytes.write(value, this.#end + 4, 'utf8')
    this.#finish(bytes)
  }

  textOrNull(value: string | null): void {
    if (value !== null) return this.text(value)
    this.#reserve(4)
    this.#bytes.writeInt32BE(-1, this.#end)
    this.#end += 4
    this.#count += 1
  }

  int4(value: number): void {
    this.#reserve(8)
    this.#bytes.writeInt32BE(value, this.#end + 4)
    this.#finish(4)
  }

  int8(value: number): void {
    this.#reserve(12)
    const high = Math.floor(value / TWO_TO_32)
    this.#bytes.writeInt32BE(high, this.#end + 4)
    this.#bytes.writeUInt32BE(value - high * TWO_TO_32, this.#end + 8)
    this.#finish(8)
  }

  /** Microseconds since 1970. */
  timestamptz(micros: number): void {
    this.int8(micros - EPOCH_2000_MICROS)
  }

  bool(value: boolean): void {
    this.#reserve(5)
    this.#bytes[this.#end + 4] = value ? 1 : 0
    this.#finish(1)
  }

  /** Hex digits as bytes. */
  bytea(hex: string): void {
    this.#reserve(4 + hex.length / 2)
    this.#finish(hex === '' ? 0 : this.#bytes.write(hex, this.#end + 4, 'hex'))
  }

  uuid(value: string): void {
    this.#reserve(20)
    this.#bytes.write(value.replaceAll('-', ''), this.#end + 4, 'hex')
    this.#finish(16)
  }

  /** The parameter. It shares this column's memory: it is valid until the next `clear`. */
  toParameter(): Buffer {
    this.#bytes.writeInt32BE(1, 0)
    this.#bytes.writeInt32BE(this.type === 'text' ? 1 : 0, 4)
    this.#bytes.writeInt32BE(OIDS[this.type], 8)
    this.#bytes.writeInt32BE(this.#count, 12)
    this.#bytes.writeInt32BE(1, 16)
    return this.#bytes.subarray(0, this.#end)
  }

  #finish(bytes: number): void {
    this.#bytes.writeInt32BE(bytes, this.#end)
    this.#end += 4 + bytes
    this.#count += 1
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes
    if (needed <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#end)
    this.#bytes = grown
  }
}
