/** What is asked of tasks: all that most parts need of the engine. */
import type { TaskState } from '../core/state.js'
import type { Asked } from './chain.js'
import type { Reply } from './mailbox.js'

export interface Asking {
  /** Asks a task for something and answers once it has landed, or was refused. */
  ask(stream: string, asked: Asked, minVersion?: number): Promise<Reply>
  /**
   * Looks at the state at the head of the log, or, `as-known`, at what this process knows of it; false where there is no
   * such task. The state goes on changing: read it within the call.
   */
  look(stream: string, see: (state: TaskState) => void, how?: 'as-known'): Promise<boolean>
}
