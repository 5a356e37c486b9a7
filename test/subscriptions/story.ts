/** Tasks that write small events which every version can read, and the bookkeeping of who saw them. */
import type { Log } from '../../src/ports/log.js'
import { appendTo, event, land, NOWHERE, newStream, type Standing } from '../log/appends.js'

/** An event whose `reason` tells it from the others of its task. */
export const note = (reason: string) => event(JSON.stringify({ reason }), 'task-paused')

export const UNKNOWN = event('{}', 'of-another-version')

export class Story {
  readonly stream: string
  readonly #log: Log
  #standing: Standing = NOWHERE

  constructor(log: Log, stream: string = newStream()) {
    this.#log = log
    this.stream = stream
  }

  get task(): string {
    return this.stream.slice('task-'.length)
  }

  /** Appends notes in one append; resolves to the position of the last. */
  async tell(...reasons: ReadonlyArray<string>): Promise<number> {
    return this.append(reasons.map(note))
  }

  async append(events: ReadonlyArray<ReturnType<typeof event>>): Promise<number> {
    const landed = await land(this.#log, appendTo(this.stream, this.#standing, { events }))
    this.#standing = landed
    return landed.position
  }
}

/** Collects what is said, and lets a test wait until something has been. */
export class Heard<A> {
  readonly all: A[] = []
  readonly #waiting = new Set<() => void>()

  say(value: A): void {
    this.all.push(value)
    for (const look of this.#waiting) look()
  }

  until(holds: (all: ReadonlyArray<A>) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds(this.all)) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }

  count(count: number): Promise<void> {
    return this.until((all) => all.length >= count)
  }
}

export const reasonOf = (event: { readonly data: object }): string =>
  'reason' in event.data ? String(event.data.reason) : ''
