/**
 * Events as they are recorded, over a connection that stays open (server-sent events). A reader is handed as much as it
 * takes: the next event is read from the log when the last one was taken, so one that is slow costs nothing but its own
 * place in the log. Each event's id is its position; with `Last-Event-ID` the stream goes on right behind it.
 */
import type { StoredEvent } from '../ports/log.js'
import type { SubscriptionFilter } from '../ports/subscription.js'
import { takePlace, whileAdmitted } from './admission.js'
import type { AppParts } from './app-parts.js'
import type { Standing } from './caller.js'
import { HEARTBEAT_MS, STREAM_RETRY_MS } from './limits.js'
import { HttpProblem } from './problem.js'
import { eventShape } from './shapes/event.js'

export const LAST_EVENT_ID = 'Last-Event-ID'

export interface StreamOptions {
  readonly filter: SubscriptionFilter
  readonly from: 'start' | 'now' | number
  /** Aborted when the reader has gone or the server closes. */
  readonly signal: AbortSignal
  /** Whether the reader would still be let in. */
  readonly standing?: Standing | undefined
}

/** Where a stream begins: behind the last event that the reader has. Throws an `HttpProblem` (`invalid_last_event_id`). */
export const startOf = (lastEventId: string | undefined, otherwise: 'start' | 'now' | number) => {
  if (lastEventId === undefined || lastEventId === '') return otherwise
  if (/^\d{1,15}$/.test(lastEventId)) return Number(lastEventId)
  throw new HttpProblem({ status: 400, code: 'invalid_last_event_id', detail: `${LAST_EVENT_ID} is a position` })
}

/** Throws an `HttpProblem` (`too_many_streams`). */
export const eventStream = (parts: Pick<AppParts, 'events' | 'clock'>, options: StreamOptions): Response => {
  const reader = new EventReader(parts, options, takePlace())
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(bytesOf(`retry: ${STREAM_RETRY_MS}\n\n`)),
      pull: async (controller) => {
        const text = await reader.next()
        if (text === undefined) controller.close()
        else controller.enqueue(bytesOf(text))
      },
      cancel: () => reader.close(),
    },
    { highWaterMark: 1 },
  )
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // A proxy that collects answers would keep events back.
      'x-accel-buffering': 'no',
    },
  })
}

class EventReader {
  readonly #stop = new AbortController()
  readonly #admitted: AbortSignal
  readonly #events: AsyncIterator<StoredEvent>
  readonly #clock: AppParts['clock']
  #next: Promise<IteratorResult<StoredEvent>> | undefined
  #isOver = false

  constructor(
    { events, clock }: Pick<AppParts, 'events' | 'clock'>,
    options: StreamOptions,
    private readonly leave: () => void,
  ) {
    const { filter, from, standing } = options
    this.#admitted = whileAdmitted(clock, standing, AbortSignal.any([options.signal, this.#stop.signal]))
    this.#events = events({ filter, from, follow: true, signal: this.#admitted })[Symbol.asyncIterator]()
    this.#clock = clock
  }

  /** What is to be sent next: an event, or a sign of life; undefined at the end. */
  async next(): Promise<string | undefined> {
    if (this.#isOver) return undefined
    this.#next ??= this.#events.next()
    const result = await this.#orHeartbeat(this.#next)
    if (result === 'heartbeat') return ': still here\n\n'
    this.#next = undefined
    // What was read ahead is for nobody where its reader is nobody's any more.
    if (result.done === true || this.#admitted.aborted) return this.close()
    return eventText(result.value)
  }

  async close(): Promise<undefined> {
    if (this.#isOver) return
    this.#isOver = true
    this.leave()
    this.#stop.abort()
    // What was asked for last may still be under way; it ends by the signal.
    await Promise.resolve(this.#next).catch(() => undefined)
  }

  #orHeartbeat(next: Promise<IteratorResult<StoredEvent>>): Promise<IteratorResult<StoredEvent> | 'heartbeat'> {
    let timer: { cancel(): void } | undefined
    const silence = new Promise<'heartbeat'>((resolve) => {
      timer = this.#clock.after(HEARTBEAT_MS, () => resolve('heartbeat'))
    })
    return Promise.race([next, silence]).finally(() => timer?.cancel())
  }
}

const eventText = (stored: StoredEvent): string =>
  `id: ${stored.position}\ndata: ${JSON.stringify(eventShape(stored))}\n\n`

const encoder = new TextEncoder()
const bytesOf = (text: string): Uint8Array => encoder.encode(text)
