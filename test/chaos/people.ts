/**
 * People, by script: they decide gates as the story has it, send signals (early ones too), and now and then pause a task
 * and let it go on. What comes too late is refused, and that is all right.
 */
import { type Tasker, TaskRefused } from '../../src/main.js'
import type { Dice } from '../support/dice.js'
import { passing } from './passing-time.js'
import type { Story } from './story.js'

const BY = { actor: 'script', reason: 'as the story has it' }
const LOOK_MS = 250
const MAX_SIGNAL_DELAY_MS = 3_000
const PAUSE_MS = 1_500

export interface People {
  /** A task of this story exists from now on. */
  meet(taskId: string, story: Story): void
  readonly votes: number
  readonly paused: number
  /** Stops looking; throws what went wrong meanwhile. */
  leave(): Promise<void>
}

export const startPeople = (tasker: Tasker, dice: Dice): People => {
  const stories = new Map<string, Story>()
  const counts = { votes: 0, paused: 0 }
  const leaving = new AbortController()
  const underWay: Promise<void>[] = [voteUntil(tasker, stories, counts, leaving.signal)]
  for (const work of underWay) work.catch(() => undefined)
  const later = (work: Promise<void>): void => {
    work.catch(() => undefined)
    underWay.push(work)
  }
  return {
    meet: (taskId, story) => {
      stories.set(taskId, story)
      for (const name of story.signals) {
        const ms = dice.chance(0.4) ? 0 : dice.upTo(MAX_SIGNAL_DELAY_MS)
        later(
          passing(ms)
            .then(() => unlessTooLate(() => tasker.tasks.signal(taskId, name, { go: name }, BY)))
            .then(noMatter),
        )
      }
      if (!dice.chance(0.08)) return
      later(
        (async () => {
          await passing(dice.upTo(1_000))
          if (await unlessTooLate(() => tasker.tasks.pause(taskId, BY))) counts.paused += 1
          await passing(PAUSE_MS)
          await unlessTooLate(() => tasker.tasks.resume(taskId, BY))
        })(),
      )
    },
    get votes() {
      return counts.votes
    },
    get paused() {
      return counts.paused
    },
    leave: async () => {
      leaving.abort()
      await Promise.all(underWay)
    },
  }
}

const voteUntil = async (
  tasker: Tasker,
  stories: ReadonlyMap<string, Story>,
  counts: { votes: number },
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    for (const { taskId, step } of await tasker.gates.list()) {
      const fate = stories.get(taskId)?.fates[step]
      if (fate === undefined) continue
      const vote = fate.end === 'completes' ? tasker.gates.approve : tasker.gates.reject
      if (await unlessTooLate(() => vote(taskId, step, { actor: 'script' }))) counts.votes += 1
    }
    await passing(LOOK_MS, signal).catch(noMatter)
  }
}

const unlessTooLate = async (act: () => Promise<void>): Promise<boolean> => {
  try {
    await act()
    return true
  } catch (error) {
    if (error instanceof TaskRefused) return false
    throw error
  }
}

const noMatter = (): void => undefined
