/** What every page is made with: the running Tasker, whoever looks, and how an answer is given. */
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { streamOf } from '../engine/ids.js'
import type { AppParts } from '../http/app-parts.js'
import type { PageSession } from '../http/auth/access.js'
import { type Caller, type HttpEnv, mayDo, maySee, type Permission } from '../http/caller.js'
import { HttpProblem } from '../http/problem.js'
import { problemOf } from '../http/refusal-status.js'
import type { Assets } from './assets.js'
import { type Frame, THEME_COOKIE, themeOf } from './page/frame.js'

export type PageContext = Context<HttpEnv>

export interface Board {
  readonly parts: AppParts
  readonly assets: Assets
  /** Who is signed in, and what a form has to bring along; absent: nobody has to sign in. */
  readonly session?: PageSession
}

/** Refuses whoever may not (`forbidden`). */
export const mustBeAllowed = (c: PageContext, permission: Permission): Caller => {
  const caller = c.get('caller')
  if (mayDo(caller, permission)) return caller
  const detail = `${caller.actor} may not do this: it takes ${permission}`
  throw new HttpProblem({ status: 403, code: 'forbidden', detail })
}

/** The namespaces that a caller may see, as read models are asked. */
export const seenBy = ({ namespaces }: Caller): { readonly namespaces?: ReadonlyArray<string> } =>
  namespaces === 'all' ? {} : { namespaces: [...namespaces] }

/** A task that may not be seen is one that is not there (`task_unknown`). */
export const mustSeeTask = async ({ parts }: Board, caller: Caller, task: string): Promise<void> => {
  if (caller.namespaces === 'all') return
  const head = await parts.log.head(streamOf(task))
  if (head !== undefined && maySee(caller, head.namespace)) return
  throw new HttpProblem({ status: 404, code: 'task_unknown', detail: `there is no task ${task}` })
}

export const frameOf = async ({ parts, assets, session }: Board, c: PageContext): Promise<Frame> => {
  const { pathname, search } = new URL(c.req.url)
  const told = toldOf(c)
  return {
    address: `${pathname}${search}`,
    theme: themeOf(getCookie(c, THEME_COOKIE)),
    viewer: session?.viewer(c) ?? null,
    csrf: session?.csrf(c) ?? '',
    assets: assets.base,
    waiting: await waitingFor(parts, c.get('caller')),
    told,
  }
}

const NOBODY = { gates: 0, deadLetters: 0 }

const waitingFor = async ({ projections }: AppParts, caller: Caller): Promise<Frame['waiting']> => {
  try {
    return await projections.read.waiting(seenBy(caller))
  } catch (error) {
    if (isUnprojected(error)) return NOBODY
    throw error
  }
}

/** Nobody has made the projections' tables yet. */
const isUnprojected = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'projection_absent'

const TOLD_COOKIE = 'tasker_told'
/** A cookie is no place for more. */
const MAX_TOLD_CHARS = 700

/** Shown once, by the page that comes next. */
const toldOf = (c: PageContext): Frame['told'] => {
  const kept = getCookie(c, TOLD_COOKIE)
  if (kept === undefined) return null
  deleteCookie(c, TOLD_COOKIE, { path: '/ui' })
  return { tone: kept.startsWith('bad') ? 'bad' : 'good', text: kept.slice(kept.indexOf(' ') + 1) }
}

export const tell = (c: PageContext, tone: 'good' | 'bad', text: string): void => {
  const short = text.length > MAX_TOLD_CHARS ? `${text.slice(0, MAX_TOLD_CHARS)}…` : text
  setCookie(c, TOLD_COOKIE, `${tone} ${short}`, { path: '/ui', httpOnly: true, sameSite: 'Lax', maxAge: 60 })
}

/** A whole page as the answer. */
export const show = (
  c: PageContext,
  page: { toString(): string | Promise<string> },
  status: ContentfulStatusCode = 200,
) =>
  c.html(
    Promise.resolve(page.toString()).then((text) => `<!doctype html>${text}`),
    status,
  )

/**
 * Does what a person asked for, tells what became of it, and goes to a page: so that what is asked again by a reload is
 * the page and not the deed. A deed may answer by itself instead. A refusal is told, and has changed nothing.
 */
export const act = async (
  c: PageContext,
  back: string,
  deed: () => Promise<string | Response>,
  instead: (problem: HttpProblem) => Response | Promise<Response> | undefined = () => undefined,
): Promise<Response> => {
  try {
    const done = await deed()
    if (done instanceof Response) return done
    tell(c, 'good', done)
  } catch (error) {
    const problem = problemOf(error)
    if (problem === undefined || problem.status === 403) throw error
    const answer = await instead(problem)
    if (answer !== undefined) return answer
    tell(c, 'bad', `${problem.message} (${problem.code})`)
  }
  return c.redirect(back, 303)
}

/** A way back that stays within the dashboard: what a form says may be anything. */
export const backTo = (written: unknown, otherwise: string): string =>
  typeof written === 'string' && /^\/ui(?:\/[\w\-./%[\]]*)?(?:\?[^\s\\]*)?$/.test(written) && !written.includes('//')
    ? written
    : otherwise

export type Form = ReadonlyMap<string, ReadonlyArray<string>>

/** What a form holds, as texts; files are none of it, nor are NULs, which nothing here can hold. */
export const formOf = async (c: PageContext): Promise<Form> => {
  const form = new Map<string, ReadonlyArray<string>>()
  for (const [name, value] of await c.req.formData()) {
    if (typeof value === 'string') form.set(name, [...(form.get(name) ?? []), value.replaceAll('\0', '')])
  }
  return form
}

/** A field of a form, without the spaces around it; empty where it is not there. */
export const fieldOf = (form: Form, name: string): string => form.get(name)?.[0]?.trim() ?? ''
