/**
 * Ticks become tasks. The leader decides about those that have come; each is created under the identity of its schedule
 * and its time, so that a leader that died half way, or two of them at once, make one task of it. Only then is the
 * schedule's next tick moved on.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { CreateTask } from '../core/decide/create.js'
import { SWEEP_BATCH } from '../core/limits.js'
import type { Logger } from '../ports/logger.js'
import type { Measures } from '../ports/measures.js'
import type { Schedule, ScheduleChange, ScheduleStore } from '../ports/schedules.js'
import { ENGINE } from './chain.js'
import { askedBy, type CreationNeeds, creationOf } from './creation.js'
import type { Engine } from './engine.js'
import { streamOf, taskOf } from './ids.js'
import { dueTicks } from './schedule-ticks.js'
import { isoOf, ticks } from './schedules.js'
import { refusedBy, TaskRefused } from './task-refused.js'

export interface SchedulerNeeds {
  readonly store: ScheduleStore
  readonly creation: CreationNeeds
  readonly engine: Pick<Engine, 'ask'>
  readonly logger: Logger
  readonly measures: Measures
}

/** Decides about every tick that has come. What could not be decided comes again, and holds up no other schedule. */
export const runSchedules = async (needs: SchedulerNeeds): Promise<void> => {
  const due = await needs.store.dueSchedules(needs.creation.clock.now(), SWEEP_BATCH)
  await Promise.all(
    due.map((schedule) =>
      runSchedule(needs, schedule).catch((error) =>
        needs.logger.warn('ticks could not be decided; trying again', {
          schedule: schedule.name,
          error: String(error),
        }),
      ),
    ),
  )
}

const runSchedule = async (needs: SchedulerNeeds, schedule: Schedule): Promise<void> => {
  const { store, creation, measures } = needs
  const { name, revision, nextAt, paused } = schedule
  if (nextAt === null) return
  const nowMs = creation.clock.now()
  const { run, missed, next } = dueTicks(ticks(schedule.cron, schedule.timezone), nextAt, schedule.catchUp, nowMs)
  let { lastAt, lastTask } = schedule
  let change: ScheduleChange | undefined
  if (missed !== undefined) {
    change = changeOf(name, 'ticks-missed', nowMs, { from: isoOf(missed.from), to: isoOf(missed.to) })
    measures.ticked('missed', 1)
    needs.logger.warn('ticks of a schedule were missed', { schedule: name, ...missed })
  }
  for (const tick of run) {
    const created = await createAt(needs, schedule, tick)
    measures.ticked(E.isRight(created) ? 'ran' : 'refused', 1)
    if (E.isRight(created)) [lastAt, lastTask] = [tick, created.right]
    else {
      const { code, message } = created.left
      change = changeOf(name, 'tick-refused', nowMs, { tick: isoOf(tick), code, message })
      needs.logger.error('a schedule could not create its task', { schedule: name, tick: isoOf(tick), code, message })
    }
  }
  // Somebody else may have decided about the same ticks, or changed the schedule: then what he wrote stands.
  await store.updateSchedule(name, revision, { paused, nextAt: next ?? null, lastAt, lastTask }, change)
}

/** The task of one tick, whoever made it; left where it can never be made. */
const createAt = async (
  { creation, engine }: SchedulerNeeds,
  schedule: Schedule,
  tick: number,
): Promise<E.Either<TaskRefused, string>> => {
  const { namespace, name, version } = schedule.template
  const template = { namespace, name, ...(version === null ? {} : { version }) }
  const identity = `schedule:${schedule.name}:${isoOf(tick)}`
  try {
    const options = { priority: schedule.priority, actor: ENGINE }
    const made = await creationOf(creation, template, JSON.parse(schedule.input), options)
    const command: Omit<CreateTask, 'input'> = { ...made.command, identity }
    const reply = await engine.ask(streamOf(made.id), askedBy({ ...made, command, identity }))
    if (E.isLeft(reply)) return E.left(refusedBy(reply.left))
    return E.right(reply.right.duplicate === undefined ? made.id : taskOf(reply.right.duplicate))
  } catch (error) {
    const refusal = refusalIn(error)
    if (refusal === undefined) throw error
    return E.left(refusal)
  }
}

/** What will be refused again, however often it is asked for; a log that is away is none. */
const refusalIn = (error: unknown): TaskRefused | undefined => {
  if (error instanceof TaskRefused) return error
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return error.code.startsWith('template_') ? new TaskRefused(error.code, error.message) : undefined
}

const changeOf = (
  schedule: string,
  kind: ScheduleChange['kind'],
  at: number,
  detail: Readonly<Record<string, unknown>>,
): ScheduleChange => ({
  schedule,
  kind,
  at,
  actor: 'engine',
  authenticated: true,
  reason: null,
  detail: JSON.stringify(detail),
})
