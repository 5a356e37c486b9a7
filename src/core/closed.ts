/**
 * Closed codecs for what people and models write: an unknown key is a problem with its path, never silently dropped
 * (as `t.exact` and `t.strict` do). Problems are plain data, so that a template error, a finding and an HTTP problem
 * are all made of the same thing.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { didYouMean } from './near-names.js'

export interface Problem {
  /** Keys and indices joined by dots; empty for the whole. */
  readonly path: string
  readonly message: string
}

/** An object codec that knows its keys; `json-schema.ts` reads `required` and `optional` from it. */
export class ClosedType<A> extends t.Type<A, A, unknown> {
  readonly _tag = 'ClosedType' as const
  constructor(
    readonly required: t.Props,
    readonly optional: t.Props,
  ) {
    const codec = t.intersection([t.type(required), t.partial(optional)])
    const known = new Set([...Object.keys(required), ...Object.keys(optional)])
    super(
      'closed object',
      (value): value is A => codec.is(value),
      (value, context) => {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) {
          return t.failure(value, context, 'must be an object')
        }
        const errors: t.Errors = []
        for (const key of Object.keys(value)) {
          if (known.has(key)) continue
          const message = `unknown key${didYouMean(key, known)}; known are ${[...known].join(', ')}`
          errors.push(fault(context, key, value, message))
        }
        for (const [key, prop] of Object.entries(required)) {
          if (!Object.hasOwn(value, key)) errors.push(fault(context, key, value, 'is missing'))
          else collect(errors, prop, Reflect.get(value, key), context, key)
        }
        for (const [key, prop] of Object.entries(optional)) {
          if (Object.hasOwn(value, key) && Reflect.get(value, key) !== undefined) {
            collect(errors, prop, Reflect.get(value, key), context, key)
          }
        }
        return errors.length === 0 ? t.success(value as A) : t.failures(errors)
      },
      t.identity,
    )
  }
}

export const closed = <R extends t.Props, O extends t.Props = Record<never, never>>(
  required: R,
  optional?: O,
): ClosedType<t.TypeOf<t.TypeC<R>> & t.TypeOf<t.PartialC<O>>> => new ClosedType(required, optional ?? {})

const fault = (context: t.Context, key: string, actual: unknown, message: string): t.ValidationError => ({
  value: actual,
  context: t.appendContext(context, key, t.unknown, actual),
  message,
})

const collect = (errors: t.Errors, prop: t.Mixed, value: unknown, context: t.Context, key: string): void => {
  const decoded = prop.validate(value, t.appendContext(context, key, prop, value))
  if (E.isLeft(decoded)) errors.push(...decoded.left)
}

/** Decodes; every problem with its path. A union reports at its own path, in its name's words. */
export const decode = <A>(codec: t.Decoder<unknown, A>, value: unknown): E.Either<ReadonlyArray<Problem>, A> => {
  const decoded = codec.decode(value)
  return E.isRight(decoded) ? decoded : E.left(problemsOf(decoded.left))
}

const problemsOf = (errors: t.Errors): ReadonlyArray<Problem> => {
  const seen = new Map<string, Problem>()
  for (const error of errors) {
    const problem = problemOf(error)
    if (!seen.has(problem.path)) seen.set(problem.path, problem)
  }
  return [...seen.values()]
}

const isComposite = (type: t.Decoder<unknown, unknown>): boolean =>
  type instanceof t.UnionType || type instanceof t.IntersectionType

const problemOf = (error: t.ValidationError): Problem => {
  const path: string[] = []
  let expected = ''
  for (const [index, entry] of error.context.entries()) {
    const parent = error.context[index - 1]
    // The key below a union or an intersection is the member's number, which no person wrote.
    const written = index > 0 && !(parent !== undefined && isComposite(parent.type))
    if (written) path.push(entry.key)
    expected = entry.type.name
    if (entry.type instanceof t.UnionType) break
  }
  return { path: path.join('.'), message: error.message ?? `must be ${expected}` }
}
