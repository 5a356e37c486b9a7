/**
 * The two cookies: the login, and a browser's own mark where nobody has logged in. Neither is readable by a script or
 * sent along from another site. Over https they carry `__Host-`, so that no other host of the domain can set them.
 */
import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { HttpEnv } from '../caller.js'

export interface Cookies {
  login(context: Context<HttpEnv>): string | undefined
  setLogin(context: Context<HttpEnv>, cookie: string, expiresAt: number): void
  clearLogin(context: Context<HttpEnv>): void
  /** The mark of the browser that asks; undefined where it has none. */
  visitor(context: Context<HttpEnv>): string | undefined
  /** The same, made where there is none. */
  markVisitor(context: Context<HttpEnv>): string
}

const VISITOR = /^[A-Za-z0-9_-]{43}$/

/** `secure` where people come by https. */
export const createCookies = (secure: boolean): Cookies => {
  const prefix = secure ? '__Host-' : ''
  const [login, visitor] = [`${prefix}tasker_login`, `${prefix}tasker_visitor`]
  const common = { path: '/', httpOnly: true, sameSite: 'Strict', secure } as const
  const visitorOf = (context: Context<HttpEnv>): string | undefined => {
    const found = context.get('visitor') ?? getCookie(context, visitor)
    return found !== undefined && VISITOR.test(found) ? found : undefined
  }
  return {
    login: (context) => getCookie(context, login),
    setLogin: (context, cookie, expiresAt) =>
      setCookie(context, login, cookie, { ...common, expires: new Date(expiresAt) }),
    clearLogin: (context) => void deleteCookie(context, login, common),
    visitor: visitorOf,
    markVisitor: (context) => {
      const known = visitorOf(context)
      if (known !== undefined) return known
      const made = randomBytes(32).toString('base64url')
      context.set('visitor', made)
      setCookie(context, visitor, made, common)
      return made
    },
  }
}
