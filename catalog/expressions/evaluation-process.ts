/**
 * The process in which expressions and schemas are evaluated. It knows nothing but the texts that it is sent, limits its
 * time and its output itself, and is started with a limit of memory. A fault of what it evaluates is an answer.
 *
 * It is a process and not a thread, because a thread that joins texts without end takes its whole process along: V8 ends
 * on `Reached heap limit` before a worker's `resourceLimits` can end the worker (seen with a dozen nested joins).
 */
import { Script } from 'node:vm'
import { compile, TreeInterpreter } from '@jmespath-community/jmespath'
import { type Answer, type Job, OUT_OF_TIME } from './evaluation-job.js'
import { jsonCharsWithin } from './json-size.js'
import { validateEach } from './validate-each.js'

type Interpreter = typeof TreeInterpreter
type Visit = Interpreter['visit']

/**
 * A field is an object's own key. The interpreter itself also finds what every object inherits, so that `a.constructor`
 * would be a function; each of its copies (`let … in …` makes them) shares this prototype.
 */
const readOwnKeysOnly = (interpreter: Interpreter): void => {
  const prototype: { visit: Visit } = Object.getPrototypeOf(interpreter)
  const visit = prototype.visit
  prototype.visit = function (this: Interpreter, node, value) {
    if (node.type !== 'Field') return visit.call(this, node, value)
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, node.name)) return null
    return visit.call(this, node, value)
  }
}

const evaluate = (expressions: ReadonlyArray<string>, values: string): ReadonlyArray<ReadonlyArray<unknown>> => {
  const trees = expressions.map((expression) => compile(expression))
  const parsed: ReadonlyArray<never> = JSON.parse(values)
  return parsed.map((value) => trees.map((tree) => TreeInterpreter.search(tree, value)))
}

const answer = (job: Job): Answer => {
  try {
    const result: unknown =
      job.kind === 'expressions'
        ? evaluate(job.expressions, job.values)
        : validateEach(JSON.parse(job.schema), JSON.parse(job.values))
    // Counted before it is written: parts that are shared in memory are written out again and again.
    if (!jsonCharsWithin(result, job.maxChars)) {
      const message = `the result has more than ${job.maxChars} characters of JSON`
      return { kind: 'fault', code: 'expression_output_too_large', message }
    }
    return { kind: 'result', result: JSON.stringify(result) }
  } catch (error) {
    const message = error instanceof Error ? error.message.slice(0, 500) : 'unknown fault'
    return { kind: 'fault', code: job.kind === 'expressions' ? 'expression_invalid' : 'schema_invalid', message }
  }
}

const send = (message: Answer): void => {
  process.send?.(message)
}

const script = new Script('evaluateJob()')

/** The watchdog of `vm` ends the work even if the process that asked is gone; what it leaves behind is in no good state. */
const serve = (job: Job): void => {
  Reflect.set(globalThis, 'evaluateJob', () => answer(job))
  try {
    send(script.runInThisContext({ timeout: job.timeoutMs }))
  } catch {
    process.exit(OUT_OF_TIME)
  }
}

readOwnKeysOnly(TreeInterpreter)
process.on('message', serve)
process.on('disconnect', () => process.exit(0))
// A Ctrl-C in the terminal is meant for the process that asks, which may have work to drain.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
send({ kind: 'ready' })
