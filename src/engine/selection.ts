/**
 * Many tasks at once: found by a filter, and changed one by one. A dry run decides each change by the core on the task
 * as it stands and appends nothing, so what it says of a task is what would have happened to it.
 */
import * as E from 'fp-ts/lib/Either.js'
import { decide } from '../core/decide/decide.js'
import { HEADS_PER_PAGE } from '../core/limits.js'
import type { TaskState } from '../core/state.js'
import {
  type HeadFacts,
  matches,
  mayMatch,
  needsLog,
  onlyIds,
  onlyStatus,
  parseTaskFilter,
  type TaskFacts,
  type TaskFilter,
} from '../core/task-filter.js'
import { viewOf } from '../core/view.js'
import type { Log, StoredHead } from '../ports/log.js'
import { type By, type Change, handledAs, personOf } from './change.js'
import { checkPromise, createHands, type HandsNeeds } from './hands.js'
import { createdAtMs, newId, streamOf, taskOf } from './ids.js'
import { TaskRefused } from './task-refused.js'

/** A task in a line; `version`, `priority` and `error` are there where the filter asked for one of them. */
export interface TaskSummary extends HeadFacts, Partial<Pick<TaskFacts, 'version' | 'priority' | 'error'>> {
  readonly createdAt: Date
}

export interface ChangeReport {
  readonly task: TaskSummary
  readonly outcome: 'changed' | 'would_change' | 'refused'
  /** Why it was, or would be, refused. */
  readonly refusal?: { readonly code: string; readonly message: string }
}

export interface Selection {
  /**
   * The tasks that a filter means, in the order in which they were made; with `after` those behind that task. Throws
   * `TaskRefused` (`filter_invalid`).
   */
  find(filter: string, options?: { readonly after?: string }): AsyncGenerator<TaskSummary, void, undefined>
  /**
   * Changes every task that the filter means, and reports each; what one refuses keeps nobody from the others. Throws
   * `TaskRefused`: `filter_invalid`, and `filter_empty` where no term restricts it.
   */
  changeAll(
    filter: string,
    change: Change,
    by: By,
    options?: { readonly dryRun?: boolean; readonly after?: string },
  ): AsyncGenerator<ChangeReport, void, undefined>
}

export interface SelectionNeeds extends HandsNeeds {
  readonly log: Pick<Log, 'head' | 'heads'>
}

export const createSelection = (needs: SelectionNeeds): Selection => ({
  find: (text, { after } = {}) => find(needs, parsed(text), after),
  changeAll: (text, change, by, { dryRun = false, after } = {}) => {
    const filter = parsed(text)
    if (filter.terms.length === 0) {
      throw new TaskRefused(
        'filter_empty',
        'a filter without terms means every task there ever was; say at least open=true',
      )
    }
    return changeAll(needs, find(needs, filter, after), change, by, dryRun)
  },
})

const parsed = (text: string): TaskFilter => {
  const filter = parseTaskFilter(text)
  if (E.isLeft(filter)) throw new TaskRefused(filter.left.code, filter.left.message)
  return filter.right
}

async function* find(
  needs: SelectionNeeds,
  filter: TaskFilter,
  behind: string | undefined,
): AsyncGenerator<TaskSummary, void, undefined> {
  const ids = onlyIds(filter)
  if (ids !== undefined) return yield* findByIds(needs, filter, ids, behind)
  const status = onlyStatus(filter)
  for (let after = behind === undefined ? undefined : streamOf(behind); ; ) {
    const page = await needs.log.heads({
      limit: HEADS_PER_PAGE,
      ...(status === undefined ? {} : { status }),
      ...(after === undefined ? {} : { after }),
    })
    for (const head of page) {
      const found = await summaryOf(needs, filter, head)
      if (found !== undefined) yield found
    }
    after = page.at(-1)?.stream
    if (page.length < HEADS_PER_PAGE) return
  }
}

async function* findByIds(
  needs: SelectionNeeds,
  filter: TaskFilter,
  ids: ReadonlyArray<string>,
  behind = '',
): AsyncGenerator<TaskSummary, void, undefined> {
  for (const id of [...new Set(ids)].sort().filter((one) => one > behind)) {
    const head = await needs.log.head(streamOf(id))
    const found = head === undefined ? undefined : await summaryOf(needs, filter, head)
    if (found !== undefined) yield found
  }
}

const summaryOf = async (
  { clock, engine }: SelectionNeeds,
  filter: TaskFilter,
  head: StoredHead,
): Promise<TaskSummary | undefined> => {
  const id = taskOf(head.stream)
  const bornMs = createdAtMs(id)
  const { status, namespace, template, open } = head
  const facts: HeadFacts = { id, status, namespace, template, open, ageMs: clock.now() - bornMs }
  if (!mayMatch(filter, facts)) return undefined
  const createdAt = new Date(bornMs)
  if (!needsLog(filter)) return { ...facts, createdAt }
  const seen: { facts?: TaskFacts } = {}
  await engine.look(head.stream, (state) => {
    seen.facts = { ...facts, ...inLog(state) }
  })
  return seen.facts !== undefined && matches(filter, seen.facts) ? { ...seen.facts, createdAt } : undefined
}

const inLog = (state: TaskState): Pick<TaskFacts, 'version' | 'priority' | 'error'> => ({
  version: state.template.version,
  priority: state.priority,
  error: viewOf(state).error?.code ?? '',
})

async function* changeAll(
  needs: SelectionNeeds,
  chosen: AsyncIterable<TaskSummary>,
  change: Change,
  by: By,
  dryRun: boolean,
): AsyncGenerator<ChangeReport, void, undefined> {
  const hands = createHands(needs)
  for await (const task of chosen) {
    try {
      if (dryRun) await rehearse(needs, task.id, change, by)
      else await hands.change(task.id, change, by)
      yield { task, outcome: dryRun ? 'would_change' : 'changed' }
    } catch (error) {
      if (!(error instanceof TaskRefused)) throw error
      yield { task, outcome: 'refused', refusal: { code: error.code, message: error.message } }
    }
  }
}

/** Throws what the change itself would throw. */
const rehearse = async (needs: SelectionNeeds, taskId: string, change: Change, by: By): Promise<void> => {
  await checkPromise(needs, taskId, change)
  const { clock } = needs
  const { command } = handledAs(change, by, () => newId(clock))
  const envelope = { id: newId(clock), nowMs: clock.now(), random: clock.random(), actor: personOf(by) }
  const seen: { decision?: ReturnType<typeof decide> } = {}
  await needs.engine.look(streamOf(taskId), (state) => {
    seen.decision = decide(state, command, envelope)
  })
  if (seen.decision !== undefined && E.isLeft(seen.decision)) {
    const { code, message, details } = seen.decision.left
    throw new TaskRefused(code, message, details)
  }
}
