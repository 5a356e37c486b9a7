/**
 * One simulated run of mirrors: two processes bring a store up with a log that grows, and die between any two awaits;
 * calls are refused, answers are lost, what was sent arrives late, twice, or after its sender is dead. Whatever the
 * store takes is the log's event of that place, byte for byte, and what it refers to is there before it; in the end the
 * store holds the log, every event once.
 */
import { digestsIn } from '../../src/core/payload-references.js'
import { newId } from '../../src/engine/ids.js'
import { digestOf } from '../../src/log/hash.js'
import { createMemoryLog } from '../../src/log/memory-log.js'
import { createMemoryStore, type MemoryStore } from '../../src/log/memory-store.js'
import { mirrorLog } from '../../src/log/mirror/mirror-log.js'
import { MirrorUnreachable } from '../../src/log/mirror/mirror-target.js'
import { streamOfPayload } from '../../src/log/mirror/mirrored-payload.js'
import type { EventToAppend, Log } from '../../src/ports/log.js'
import { silentLogger } from '../../src/ports/logger.js'
import { appendTo, event, land, NOWHERE, type Standing } from '../log/appends.js'
import { EventStore, type StoredRecord } from '../log/mirror/event-store.js'
import { memoryTarget, NOTES, type Way } from '../log/mirror/memory-target.js'
import { mortalLog } from './mortal-ports.js'
import { born, createWorld, type Mortal, type World } from './world.js'

export interface MirrorReport {
  readonly events: number
  readonly payloads: number
  readonly deaths: number
  /** Calls that never reached the store. */
  readonly refused: number
  /** Calls that reached it, and whose answers did not come back. */
  readonly lost: number
  /** Calls that reached it later, or once more later. */
  readonly late: number
  /** Appends that the store refused, because it did not stand where it was thought to. */
  readonly wrongVersions: number
}

const PROCESSES = 2
const STREAMS = 5
const APPENDS = 25
const DEATHS = 6
const MOST_LATE_MS = 20_000
/** More than one piece of a payload. */
const LARGE = 'ä'.repeat(200_000)

/** Throws with what went wrong; the same seed goes wrong in the same way. */
export const runMirrorSeed = async (seed: number): Promise<MirrorReport> => {
  const run = new Run(createWorld(seed))
  await run.play()
  await run.check(seed)
  return run.report()
}

class Run {
  readonly #counts = { deaths: 0, refused: 0, lost: 0, late: 0, wrongVersions: 0 }
  readonly #world: World
  readonly #kept: MemoryStore = createMemoryStore()
  readonly #log: Log
  readonly #store = new EventStore()
  readonly #standings: Map<string, Standing>
  readonly #processes: Mortal[] = []
  readonly #faults: string[] = []
  readonly #digests = new Set<string>()
  #appends = 0
  /** What is on its way and has yet to arrive. */
  #underWay = 0

  constructor(world: World) {
    this.#world = world
    this.#log = createMemoryLog(world.clock, this.#kept)
    this.#standings = new Map(Array.from({ length: STREAMS }, () => [`task-${newId(world.clock)}`, NOWHERE]))
    this.#store.watch((record) => this.#hold(record))
  }

  async play(): Promise<void> {
    for (let count = 0; count < PROCESSES; count += 1) this.#start()
    this.#timePasses()
    const isDone = await this.#world.run(
      () => this.#faults.length > 0 || this.#isDone(),
      () => this.#happen(),
    )
    if (!isDone) this.#faults.push('the store does not come to the end of the log')
    for (const process of this.#processes) process.die()
  }

  /** Nothing is missing, nothing stands twice or beside it; and whoever comes next has nothing to do. */
  async check(seed: number): Promise<void> {
    if (this.#faults.length === 0) {
      for (const [stream, ours] of this.#kept.streams) {
        const held = this.#store.streams.get(stream)?.length
        if (held !== ours.length) this.#faults.push(`${stream} has ${held} of ${ours.length} events`)
      }
      const before = this.#store.all.length
      await this.#mirrorInPeace()
      const added = this.#store.all.slice(before).filter(({ stream }) => stream !== NOTES)
      if (added.length > 0) this.#faults.push(`${added.length} events were missing in the end`)
      const expected = new Set([NOTES, ...this.#kept.streams.keys(), ...this.#digests])
      const foreign = [...this.#store.streams.keys()].filter((stream) => !expected.has(stream))
      if (foreign.length > 0) this.#faults.push(`there is ${foreign.join()}, of which the log knows nothing`)
    }
    if (this.#faults.length > 0) throw new Error(`seed ${seed}: ${this.#faults[0]}`)
  }

  report(): MirrorReport {
    return { ...this.#counts, events: this.#kept.events.length, payloads: this.#digests.size }
  }

  /** Of every record, as the store takes it. */
  #hold({ stream, revision, id, type, data, metadata }: StoredRecord): void {
    if (stream === NOTES) return this.#holdNote(Number(text(data)))
    if (stream.startsWith('payload-')) return
    const ours = this.#kept.streams.get(stream)?.[revision]
    const isOurs = ours?.id === id && ours.type === type && ours.data === text(data) && ours.metadata === text(metadata)
    if (ours === undefined || !isOurs) {
      this.#faults.push(`${stream} took an event ${revision + 1} that is not the log's`)
      return
    }
    for (const digest of digestsIn(ours)) {
      const pieces = this.#store.streams.get(streamOfPayload(stream, digest)) ?? []
      const whole = pieces.map((piece) => JSON.parse(text(piece.data)).text).join('')
      if (digestOf(whole) !== digest) this.#faults.push(`${stream} refers at ${revision + 1} to what is not there`)
    }
  }

  /** What a note says to be there is there. */
  #holdNote(position: number): void {
    const missing = this.#kept.events
      .slice(0, position)
      .find(({ stream, version }) => (this.#store.streams.get(stream)?.length ?? 0) < version)
    if (missing !== undefined) this.#faults.push(`a note says ${position}, and ${missing.position} is not there`)
  }

  /** Some begin at the log's beginning, whatever the note says; some read a few events at a time. */
  #start(): void {
    const process = born(`process-${this.#processes.length}`)
    this.#processes.push(process)
    const fromStart = this.#world.random() < 0.3
    const most = 1 + this.#world.pick(9)
    const log = mortalLog(this.#world, process, this.#log)
    mirrorLog(
      {
        log: { ...log, readAll: (after, limit) => log.readAll(after, Math.min(limit, most)) },
        target: memoryTarget(this.#store, this.#wayOf(process)),
        clock: this.#world.clockOf(process),
        logger: silentLogger,
      },
      { fromStart },
    ).catch((error: unknown) => {
      if (process.alive) this.#faults.push(`${process.name}: ${error}`)
    })
  }

  #wayOf(process: Mortal): Way {
    const arrive = <A>(call: () => A): A => {
      const answer = call()
      if (kindOf(answer) === 'wrong version') this.#counts.wrongVersions += 1
      return answer
    }
    const away = (): never => {
      throw new MirrorUnreachable('by chance')
    }
    return async (call) => {
      await this.#world.turn(process)
      const chance = this.#isTroubled() ? this.#world.random() : 1
      if (chance < 0.05) {
        this.#counts.refused += 1
        return away()
      }
      // It arrives some time, whoever is dead by then.
      if (chance < 0.15) this.#later(call)
      if (chance < 0.1) return away()
      const answer = arrive(call)
      await this.#world.turn(process)
      if (chance < 0.2 && chance >= 0.15) {
        this.#counts.lost += 1
        return away()
      }
      return answer
    }
  }

  #later(call: () => unknown): void {
    this.#counts.late += 1
    this.#underWay += 1
    this.#world.clock.after(this.#world.random() * MOST_LATE_MS, () => {
      this.#underWay -= 1
      call()
    })
  }

  /** Before each turn something may happen: somebody writes, or a mirror dies and another one comes. */
  #happen(): void {
    const { random, pick } = this.#world
    if (this.#appends < APPENDS && random() < 0.05) this.#write()
    if (this.#counts.deaths >= DEATHS || random() > 0.015) return
    const process = this.#processes.filter(({ alive }) => alive)[pick(PROCESSES)]
    if (process === undefined) return
    this.#counts.deaths += 1
    process.die()
    this.#start()
  }

  #write(): void {
    const { pick, random } = this.#world
    this.#appends += 1
    const [stream, standing] = [...this.#standings][pick(STREAMS)] ?? ['', NOWHERE]
    const events: EventToAppend[] = Array.from({ length: 1 + pick(4) }, () => event())
    const payloads = []
    if (random() < 0.4) {
      // The same one now and then, and now and then one that is large.
      const said = `${pick(3)}${random() < 0.1 ? LARGE : ''}`
      const digest = digestOf(JSON.stringify(said))
      const result = { digest, bytes: Buffer.byteLength(JSON.stringify(said)) }
      events.push(event(JSON.stringify({ step: 'a', attempt: 1, result }), 'step-completed'))
      payloads.push({ digest, text: JSON.stringify(said) })
      this.#digests.add(streamOfPayload(stream, digest))
    }
    // The log in memory lands an append in the turn in which it is asked.
    void land(this.#log, appendTo(stream, standing, { events, payloads })).then((landed) =>
      this.#standings.set(stream, landed),
    )
  }

  async #mirrorInPeace(): Promise<void> {
    const needs = { log: this.#log, target: memoryTarget(this.#store), clock: this.#world.clock, logger: silentLogger }
    const { position } = await mirrorLog(needs, { once: true })
    if (position !== this.#kept.events.length) this.#faults.push(`the last mirror ended at ${position}`)
  }

  /** There is always something that comes later. */
  #timePasses(): void {
    this.#world.clock.after(1_000, () => this.#timePasses())
  }

  #isTroubled(): boolean {
    return this.#appends < APPENDS || this.#counts.deaths < DEATHS
  }

  #isDone(): boolean {
    if (this.#isTroubled() || this.#underWay > 0) return false
    const held = this.#store.all.filter(({ stream }) => stream.startsWith('task-')).length
    const notes = this.#store.streams.get(NOTES) ?? []
    return held === this.#kept.events.length && notes.some(({ data }) => Number(text(data)) === held)
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

const kindOf = (answer: unknown): unknown => Reflect.get(Object(answer), 'kind')
