/** Logging in and out. These paths answer to everybody, since nobody has logged in before them. */
import { type Context, Hono } from 'hono'
import type { HttpEnv } from '../caller.js'
import { HttpProblem } from '../problem.js'
import type { Cookies } from './cookies.js'
import { type Csrf, refuseLargeForm } from './csrf.js'
import { type IdentifyNeeds, provedBy } from './identify.js'
import { LOGIN_STYLE, loginPage, onwardPage } from './login-page.js'
import type { Logins } from './logins.js'

export interface LoginNeeds extends Pick<IdentifyNeeds, 'credentials' | 'attempts' | 'logger' | 'inTime'> {
  readonly logins: Logins
  readonly cookies: Cookies
  readonly csrf: Csrf
}

export const loginRoutes = (needs: LoginNeeds): Hono<HttpEnv> => {
  const { logins, cookies, csrf } = needs
  const app = new Hono<HttpEnv>()
  app.get('/login/style.css', (context) => {
    context.header('content-type', 'text/css; charset=utf-8')
    context.header('cache-control', 'public, max-age=3600')
    return context.body(LOGIN_STYLE)
  })
  // Browsers ask for it of whoever has no icon; a refusal would stand among the errors of the page.
  app.get('/favicon.ico', (context) => context.body(null, 204))
  app.get('/login', (context) => {
    const next = localPath(context.req.query('next'))
    return context.html(comesByLink(context) ? onwardPage(next) : loginPage({ csrf: csrf.token(context), next }))
  })
  app.post('/login', async (context) => {
    refuseLargeForm(context)
    await csrf.check(context)
    const form = await context.req.parseBody()
    const next = localPath(form.next)
    try {
      const credential = typeof form.credential === 'string' ? form.credential.trim() : ''
      const proved = await provedBy(needs, credential, context)
      const opened = await needs.inTime(logins.open(proved))
      needs.logger.info('somebody logged in', { actor: proved.caller.actor, via: proved.caller.via })
      // Whoever was logged in here before is not any more.
      await endLogin(needs, context)
      cookies.setLogin(context, opened.cookie, opened.expiresAt)
      return context.redirect(next, 303)
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error
      for (const [name, value] of Object.entries(error.headers)) if (name === 'retry-after') context.header(name, value)
      return context.html(loginPage({ csrf: csrf.token(context), next, fault: error.message }), statusOf(error))
    }
  })
  app.post('/logout', async (context) => {
    refuseLargeForm(context)
    const login = cookies.login(context)
    if (login !== undefined) context.set('login', login)
    await csrf.check(context)
    await endLogin(needs, context)
    cookies.clearLogin(context)
    return context.redirect('/login', 303)
  })
  return app
}

const endLogin = async ({ logins, cookies, inTime }: LoginNeeds, context: Context<HttpEnv>): Promise<void> => {
  const login = cookies.login(context)
  if (login !== undefined) await inTime(logins.end(login))
}

const statusOf = ({ status }: HttpProblem): 401 | 429 | 503 => (status === 429 || status === 503 ? status : 401)

/** From another site; after the page that leads on, it is from ours, so that nobody goes round in a circle. */
const comesByLink = ({ req }: Context<HttpEnv>): boolean =>
  req.query('next') !== undefined && ['cross-site', 'same-site'].includes(req.header('sec-fetch-site') ?? '')

const START = '/ui'

/** A way that stays here: neither another host (`//elsewhere`, `/\elsewhere`) nor anything a browser could make one of. */
export const localPath = (written: unknown): string =>
  typeof written === 'string' && /^\/(?:[\w~.!$&'()*+,;=:@%?-][\w~.!$&'()*+,;=:@%?/[\]-]*)?$/.test(written)
    ? written
    : START
