/**
 * A queue that is opened with the first call: for a process that runs nothing and leads nothing, and so has a hint to send
 * now and then, mostly never. It starts without the store, whose absence it then meets as it would meet an outage.
 */
import type { Queue } from '../ports/queue.js'

/** An opening that failed is tried again by the next call. */
export const queueWhenNeeded = (open: () => Promise<Queue>): Queue => {
  let opening: Promise<Queue> | undefined
  const opened = async (): Promise<Queue> => {
    opening ??= open()
    try {
      return await opening
    } catch (error) {
      opening = undefined
      throw error
    }
  }
  return {
    send: async (...asked) => (await opened()).send(...asked),
    resend: async (...asked) => (await opened()).resend(...asked),
    consume: async (...asked) => (await opened()).consume(...asked),
    depth: async (...asked) => (await opened()).depth(...asked),
    wasReset: async (...asked) => (await opened()).wasReset(...asked),
    own: async (name) => {
      const { own } = await opened()
      if (own === undefined) throw new Error(`the queue ${name} has no object of its own`)
      return own(name)
    },
    close: async () => {
      // One that never came up has nothing to close.
      const queue = await opening?.catch(() => undefined)
      await queue?.close()
    },
  }
}
