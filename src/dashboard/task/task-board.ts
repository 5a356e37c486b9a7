/** A board, and what the pages of tasks share beside it. */
import type { Board } from '../board.js'
import type { TaskMoments } from './moment/moments.js'

export interface TaskBoard extends Board {
  readonly moments: TaskMoments
}
