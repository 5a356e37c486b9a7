/** Reads a task and tells where one of its steps comes from; fetches of the payloads only what the telling needs. */
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEvent, UnreadableEvent } from '../core/event.js'
import { type Provenance, plannersOf, provenanceOf, type StepUnknown } from './provenance.js'
import type { TaskRecord } from './record-pages.js'
import { contentsOf, readTask } from './told-task.js'

export interface TaskUnknown {
  readonly code: 'task_unknown'
  readonly message: string
}

export interface ReadProvenance {
  readonly provenance: Provenance
  /** The time of each event of the task: that of version 1 first. */
  readonly times: ReadonlyArray<string>
}

export const readProvenance = async (
  record: Pick<TaskRecord, 'readStream' | 'payloads'>,
  stream: string,
  step: string,
): Promise<E.Either<UnreadableEvent | StepUnknown | TaskUnknown, ReadProvenance>> => {
  const told = await readTask(record, stream)
  if (E.isLeft(told)) return told
  const { events } = told.right
  if (events.length === 0) return E.left({ code: 'task_unknown', message: `there is no task ${stream}` })
  const planners = plannersOf(events, step)
  const isTold = (event: TaskEvent): boolean =>
    (event.type === 'plan-requested' || event.type === 'fragment-proposed') && planners.has(event.data.step)
  const read = await contentsOf(record, stream, events.filter(isTold))
  return E.map((provenance: Provenance) => ({ provenance, times: told.right.times }))(
    provenanceOf(told.right, step, read),
  )
}
