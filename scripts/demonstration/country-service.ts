/**
 * The country service: a real HTTP service on loopback, which the planned workflow has to discover and to cope with.
 * It publishes the records and answers for one country at a time; a name that it does not know is a 404, never a guess.
 *
 *   GET /                   what it offers, and how many countries it knows
 *   GET /gapminder.json     the records, as published
 *   GET /countries/:name    {name, region, subregion, area}
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Country, countriesByName, gapminderText } from './published-data.js'

/** The port that the template and the recorded answers name; where it is taken, `demo-files.ts` rewrites them. */
export const USUAL_PORT = 4_780

const LOOPBACK = '127.0.0.1'
export const USUAL_HOST = `${LOOPBACK}:${USUAL_PORT}`

export interface CountryService {
  /** `host:port`, as `allowed_hosts` and `private_hosts` write it. */
  readonly host: string
  close(): Promise<void>
}

/** Listens on the usual port, or on any free one where that is taken. */
export const startCountryService = async (port: number = USUAL_PORT): Promise<CountryService> => {
  const answer = answering(countriesByName(), gapminderText())
  const server = createServer(answer)
  const taken = await listen(server, port)
  if (taken) await listen(server, 0)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the country service has no port')
  return { host: `${LOOPBACK}:${address.port}`, close: () => close(server) }
}

/** True where another process has the port. */
const listen = (server: Server, port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      server.off('listening', onListening)
      if (error.code === 'EADDRINUSE' && port !== 0) resolve(true)
      else reject(error)
    }
    const onListening = (): void => {
      server.off('error', onError)
      resolve(false)
    }
    server.once('error', onError)
    server.once('listening', onListening)
    server.listen(port, LOOPBACK)
  })

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

interface Answer {
  readonly status: number
  /** JSON text. */
  readonly body: string
}

const answering = (countries: ReadonlyMap<string, Country>, records: string) => {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const { status, body } = answerTo(request.method ?? 'GET', request.url ?? '/', countries, records)
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}

const answerTo = (method: string, url: string, countries: ReadonlyMap<string, Country>, records: string): Answer => {
  if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'method_not_allowed', method })
  const path = pathOf(url)
  if (path === undefined) return json(400, { error: 'bad_request', message: 'the path is not valid in a URL' })
  if (path === '/') return json(200, about(countries))
  if (path === '/gapminder.json') return { status: 200, body: records }
  const name = /^\/countries\/(.+)$/.exec(path)?.[1]
  if (name === undefined) return json(404, { error: 'not_found', path })
  const country = countries.get(name)
  return country === undefined ? json(404, { error: 'unknown_country', name }) : json(200, country)
}

const json = (status: number, body: object): Answer => ({ status, body: JSON.stringify(body) })

const pathOf = (url: string): string | undefined => {
  try {
    return decodeURIComponent(new URL(url, 'http://service').pathname)
  } catch {
    return undefined
  }
}

const about = (countries: ReadonlyMap<string, Country>): object => ({
  service: 'countries',
  status: 'ok',
  countries: new Set([...countries.values()].map((country) => country.name)).size,
  endpoints: {
    'GET /gapminder.json': 'array of {year, country, cluster, pop, life_expect, fertility}',
    'GET /countries/{name}': '{name, region, subregion, area}; 404 {error, name} where the name is unknown',
  },
})
