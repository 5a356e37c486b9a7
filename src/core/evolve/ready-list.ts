/** Taking steps off the list of those that are ready: in nearly every case the front one. */
import { cannotBePutBack } from '../journal.js'
import type { TaskState } from '../state.js'

const READY_LIST_SLACK = 1024

/** The front of the list is nearly always the one; elsewhere it is looked for. */
export const takeReady = (state: TaskState, id: number): void => {
  const { ready } = state
  if (ready.items[ready.head] === id) ready.head += 1
  else {
    const at = ready.items.indexOf(id, ready.head)
    if (at >= 0) ready.items.splice(at, 1)
    cannotBePutBack(state)
  }
  if (ready.head === ready.items.length) {
    ready.items = []
    ready.head = 0
  } else if (ready.head > READY_LIST_SLACK && ready.head * 2 > ready.items.length) {
    ready.items = ready.items.slice(ready.head)
    ready.head = 0
  }
}
