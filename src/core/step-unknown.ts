/** What is said of a step that a task does not have, by the name that was probably meant. */
import { didYouMean } from './near-names.js'
import type { TaskState } from './state.js'

export const noStep = (state: Pick<TaskState, 'byName'>, written: string): string =>
  `the task has no step ${written}${didYouMean(written, state.byName.keys())}`
