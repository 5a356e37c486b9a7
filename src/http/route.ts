/**
 * A route is data: method, path, codecs of what comes in and of what goes out, and the function between them. The app
 * and the OpenAPI document are both made of it, so neither can say what the other does not do.
 */
import type * as t from 'io-ts'
import type { ClosedType } from '../core/closed.js'
import type { AppParts } from './app-parts.js'
import type { Caller, Permission, Standing } from './caller.js'

export type Method = 'get' | 'post' | 'put' | 'delete'

/** `/tasks/:id/steps/:step` → `id | step`. */
export type ParamOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

export interface Request<Param extends string, Query, Body> {
  readonly params: Readonly<Record<Param, string>>
  readonly query: Query
  readonly body: Body
  readonly caller: Caller
  /** Whether the caller would still be let in; absent where nothing was asked of them. */
  readonly standing?: Standing
  header(name: string): string | undefined
  /** Aborted when the caller has gone, or the server closes. */
  readonly signal: AbortSignal
  /** Aborted when the server closes. */
  readonly closing: AbortSignal
}

/** JSON to answer with, or a whole response where it is something else. */
export type Answer<A> = Reply<A> | Response

export interface Reply<A> {
  readonly status: number
  readonly body: A
  readonly headers?: Readonly<Record<string, string>>
  /** Where what is answered stands, as `stands` of its route says it. */
  readonly stands?: string
}

export const ok = <A>(body: A): Reply<A> => ({ status: 200, body })
export const created = <A>(body: A, location: string): Reply<A> => ({ status: 201, body, headers: { location } })

export interface RouteDefinition<Path extends string, Query, Body, A> {
  /** In the OpenAPI document, and the name of the client's method. */
  readonly id: string
  readonly method: Method
  /** Below `/api/v1`. */
  readonly path: Path
  readonly tag: string
  readonly summary: string
  readonly description?: string
  /** Absent: everybody may who is known. */
  readonly permission?: Permission
  /** Whoever asks needs no name. */
  readonly isProbe?: true
  readonly query?: ClosedType<Query>
  readonly body?: t.Type<Body, Body, unknown>
  /** Request headers that it looks at, with what they mean. */
  readonly headers?: Readonly<Record<string, string>>
  /** What a good answer holds; absent where it is no JSON. */
  readonly answer?: t.Type<A, A, unknown>
  /** Of the good answers; 200 where absent. */
  readonly statuses?: ReadonlyArray<number>
  /** Of an answer that is no JSON. */
  readonly produces?: string
  /** Codes that it may refuse with, beside what every route may. */
  readonly refuses?: ReadonlyArray<string>
  /**
   * Where what is asked for stands now, in a word that is cheap to have: who has seen it there is answered with 304, and
   * nothing is made. Refuses what `handle` would refuse. The answer says with which word it was made.
   */
  stands?(request: Pick<Request<ParamOf<Path>, Query, Body>, 'params' | 'caller'>, parts: AppParts): Promise<string>
  handle(request: Request<ParamOf<Path>, Query, Body>, parts: AppParts): Promise<Answer<A>>
}

/** A route whose types are its own affair: what comes in was decoded by its codecs before `handle` is called. */
// biome-ignore lint/suspicious/noExplicitAny: the one place where routes of all types stand in one list
export type Route = RouteDefinition<string, any, any, any>

export const route = <Path extends string, Query = undefined, Body = undefined, A = unknown>(
  definition: RouteDefinition<Path, Query, Body, A>,
): Route => definition
