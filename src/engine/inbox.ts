/**
 * Draining the inbox: each row becomes a command, and the append of what was decided removes the row. So a row is acted
 * on exactly once, whoever dies in between. What can never be acted on is removed and told; what this version cannot
 * read is left for one that can.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Command } from '../core/decide/command.js'
import { INBOX_PATIENCE_MS, SWEEP_BATCH } from '../core/limits.js'
import type { Clock } from '../ports/clock.js'
import type { InboxRow, Log } from '../ports/log.js'
import type { Logger } from '../ports/logger.js'
import type { Asked } from './chain.js'
import { pack } from './contents.js'
import type { Engine } from './engine.js'
import { type CreationRow, type ReadRow, readRow } from './inbox-rows.js'

export interface InboxNeeds {
  readonly log: Pick<Log, 'inbox' | 'dropInbox'>
  readonly engine: Pick<Engine, 'ask'>
  readonly clock: Clock
  readonly logger: Logger
}

export interface Inbox {
  /** Acts on every row that is there. Rows of one task are taken in their order. */
  drain(): Promise<void>
}

export const createInbox = (needs: InboxNeeds): Inbox => new TaskInbox(needs)

class TaskInbox implements Inbox {
  /** Rows that could not be acted on yet, with when that was first so. */
  readonly #waiting = new Map<number, number>()

  constructor(private readonly needs: InboxNeeds) {}

  async drain(): Promise<void> {
    let after = 0
    for (;;) {
      const rows = await this.needs.log.inbox(SWEEP_BATCH, after)
      await Promise.all([...byStream(rows).values()].map((ofOne) => this.#takeInOrder(ofOne)))
      const last = rows.at(-1)
      if (last === undefined || rows.length < SWEEP_BATCH) return
      after = last.id
    }
  }

  /** What cannot be decided now, for a task that this version cannot read or a log that is away, holds up nobody else. */
  async #takeInOrder(rows: ReadonlyArray<InboxRow>): Promise<void> {
    try {
      for (const row of rows) await this.#take(row)
    } catch (error) {
      const [first] = rows
      if (first === undefined || this.#waiting.has(first.id)) return
      this.#waiting.set(first.id, this.needs.clock.now())
      this.needs.logger.warn('a command of a transaction could not be decided; trying again', {
        stream: first.stream,
        error: String(error),
      })
    }
  }

  async #take(row: InboxRow): Promise<void> {
    const { engine, log, logger } = this.needs
    const read = readRow(row)
    if (read === undefined) return this.#leaveAlone(row)
    const reply = await engine.ask(read.stream, { ...askedIn(read), inbox: [row.id] })
    if (E.isRight(reply)) {
      // Nothing was appended: the task exists under another id, or the signal had been received before.
      if (reply.right.position === 0) await log.dropInbox([row.id])
      return
    }
    const { code, message } = reply.left
    if (code === 'task_unknown' && !this.#isOutOfPatience(row)) return
    // A task that exists was created from this very row, by a leader that was about to be replaced.
    if (code !== 'task_exists') {
      logger.warn('a command of a transaction was refused', { kind: row.kind, stream: row.stream, code, message })
    }
    this.#waiting.delete(row.id)
    await log.dropInbox([row.id])
  }

  /** A signal may be seen before the task that another transaction creates. */
  #isOutOfPatience(row: InboxRow): boolean {
    const since = this.#waiting.get(row.id) ?? this.needs.clock.now()
    this.#waiting.set(row.id, since)
    return this.needs.clock.now() - since >= INBOX_PATIENCE_MS
  }

  #leaveAlone({ id, kind }: InboxRow): void {
    if (this.#waiting.has(id)) return
    this.#waiting.set(id, this.needs.clock.now())
    this.needs.logger.error('a row of the inbox cannot be read by this version, and is left alone', { id, kind })
  }
}

const askedIn = (read: ReadRow): Asked => {
  if (read.kind === 'create') return creationIn(read.data)
  const { actor, ...signal } = read.data
  return { command: { type: 'receive-signal', ...signal }, actor }
}

const creationIn = ({ actor, input, trace, ...rest }: CreationRow): Asked => {
  const { content, payload } = pack(input)
  const command: Command = { type: 'create-task', ...rest, input: content }
  return { command, actor, payloads: payload === undefined ? [] : [payload], identity: rest.identity, trace }
}

const byStream = (rows: ReadonlyArray<InboxRow>): ReadonlyMap<string | null, ReadonlyArray<InboxRow>> => {
  const streams = new Map<string | null, InboxRow[]>()
  for (const row of rows) {
    const known = streams.get(row.stream)
    if (known === undefined) streams.set(row.stream, [row])
    else known.push(row)
  }
  return streams
}
