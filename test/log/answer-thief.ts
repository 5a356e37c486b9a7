/**
 * A proxy before Postgres that can lose an answer as a crash does: it lets an append through, waits until the server
 * has answered (so it has committed), throws the answer away and cuts the connection. Or it cuts the connection to the
 * client alone, so that the server goes on with what it was asked.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface AnswerThief {
  /** A connection string through the proxy. */
  readonly url: string
  /** From now on the next answer to an append is lost. Resolves when that has happened. */
  stealAnswer(): Promise<void>
  /** Cuts the client's side of whatever connection appends next, once the request has been passed on. */
  cutAfterRequest(): Promise<void>
  close(): Promise<void>
}

type Plan = { readonly kind: 'steal' | 'cut'; readonly done: () => void } | undefined

const APPEND = Buffer.from('log_append_appendBatch')
const READY_FOR_QUERY = 'Z'.charCodeAt(0)

export const startAnswerThief = async (target: string): Promise<AnswerThief> => {
  const upstream = new URL(target)
  let plan: Plan
  const sockets = new Set<Socket>()
  const takePlan = (): Plan => {
    const taken = plan
    plan = undefined
    return taken
  }

  const server: Server = createServer((client) => {
    const database = connect(Number(upstream.port === '' ? 5432 : upstream.port), upstream.hostname)
    for (const socket of [client, database]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
    let stealing: Plan
    client.on('data', (bytes) => {
      const isAppend = bytes.includes(APPEND)
      const agreed = isAppend ? takePlan() : undefined
      database.write(bytes, () => {
        if (agreed?.kind !== 'cut') return
        client.destroy()
        agreed.done()
      })
      if (agreed?.kind === 'steal') stealing = agreed
    })
    database.on('data', (bytes) => {
      if (stealing === undefined) {
        client.write(bytes)
        return
      }
      // Six bytes end every answer; they come only after the commit.
      if (bytes.at(-6) !== READY_FOR_QUERY) return
      client.destroy()
      database.destroy()
      stealing.done()
    })
    database.on('close', () => client.destroy())
    client.on('end', () => database.end())
  })
  const url = await listen(server, target)
  const agree = (kind: 'steal' | 'cut'): Promise<void> =>
    new Promise((done) => {
      plan = { kind, done }
    })
  return {
    url,
    stealAnswer: () => agree('steal'),
    cutAfterRequest: () => agree('cut'),
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Resolves to the connection string through the server. */
const listen = async (server: Server, target: string): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = new URL(target)
  url.host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  return url.href
}
