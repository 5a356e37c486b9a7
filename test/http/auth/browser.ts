/** A browser as tests need one: it keeps its cookies and fills in the form of the login. */
import type { Answered, Guarded } from './guarded.js'

export const csrfIn = (page: Answered): string => /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? 'none'

/** A browser: it keeps its cookies. */
export const browser = ({ ask }: Pick<Guarded, 'ask'>) => {
  const jar = new Map<string, string>()
  const send: Guarded['ask'] = async (path, asked = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await ask(path, { ...asked, headers: { ...(cookie === '' ? {} : { cookie }), ...asked.headers } })
    for (const one of answer.cookies) jar.set(one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1))
    return answer
  }
  return {
    jar,
    send,
    logIn: async (credential: string, next = '/metrics') => {
      const csrf = csrfIn(await send('/login'))
      return send('/login', { form: { csrf, credential, next } })
    },
  }
}
