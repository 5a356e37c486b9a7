/** The task that somebody meant by the beginning of its id. */
import { streamOf, taskOf } from '../engine/ids.js'

/** The log, as far as it is looked at here. */
export interface Heads {
  heads(filter: { readonly after: string; readonly limit: number }): Promise<ReadonlyArray<{ readonly stream: string }>>
}

const BEGINNING = /^[0-9a-f]{4}[0-9a-f-]{0,32}$/

/** `; did you mean …?`, where one task begins like that, or a word on several; else nothing. */
export const nearTask = async (log: Heads, written: string): Promise<string> => {
  const beginning = written.toLowerCase().replace(/^task-/, '')
  if (!BEGINNING.test(beginning)) return ''
  try {
    const stream = streamOf(beginning)
    const found = (await log.heads({ after: stream, limit: 2 })).filter((head) => head.stream.startsWith(stream))
    const [first] = found
    if (first === undefined) return ''
    return found.length === 1 ? `; did you mean ${taskOf(first.stream)}?` : '; several tasks begin like that'
  } catch {
    // Whoever asks for a task that is not there is told so, whatever becomes of the guess.
    return ''
  }
}
