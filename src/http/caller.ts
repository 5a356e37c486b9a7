/**
 * Who calls, as far as that was found out before a route runs: the name that goes into the log, and what this caller
 * may do. Middleware of `auth` puts it into hono's context; routes only read it.
 */
import type { Permission } from '../core/permission.js'
import type { By } from '../engine/change.js'

export type { Permission } from '../core/permission.js'

export interface Caller {
  /** As the log records it. */
  readonly actor: string
  /** Whether somebody has proved to be that actor. */
  readonly authenticated: boolean
  /** By what: `key:<id>`, or `jwt:<issuer>#<subject>`; absent where nothing was proved. */
  readonly via?: string
  readonly permissions: ReadonlySet<Permission> | 'all'
  /** Those whose tasks, templates and schedules the caller may see. */
  readonly namespaces: ReadonlySet<string> | 'all'
  /** Beside those that the configuration gives the actor. */
  readonly groups: ReadonlyArray<string>
}

/** Whether what a caller has shown still lets them in. */
export type Standing = () => Promise<boolean>

/** What middleware keeps in hono's context for those that come after it. */
export interface HttpEnv {
  readonly Variables: {
    caller: Caller
    /** Absent where nothing was shown, so that nothing can end. */
    standing?: Standing
    /** The cookie of the login by which the caller is known; absent for keys, tokens and whoever proved nothing. */
    login?: string
    /** The mark of a browser that this answer gives it. */
    visitor?: string
    /** Of this request, in its answer and in what is logged of it. */
    requestId: string
    /** Aborted when the server closes: what streams, ends. */
    closing: AbortSignal
    /** The path of the route that answers, with its parameters unfilled; for metrics. */
    route?: string
  }
}

export const mayDo = ({ permissions }: Caller, permission: Permission): boolean =>
  permissions === 'all' || permissions.has(permission)

export const maySee = ({ namespaces }: Caller, namespace: string): boolean =>
  namespaces === 'all' || namespaces.has(namespace)

/** The caller as the log records whoever changes something. */
export const byOf = ({ actor, authenticated, via }: Caller, reason?: string): By => ({
  actor,
  authenticated,
  ...(via === undefined ? {} : { via }),
  ...(reason === undefined ? {} : { reason }),
})

/** The caller as one who votes: with the groups that a token gave beside those of the configuration. */
export const voterOf = (caller: Caller): By & { readonly groups: ReadonlyArray<string> } => ({
  ...byOf(caller),
  groups: caller.groups,
})
