/**
 * A pooler that hands out connections by transaction, as small as can be: it speaks just enough of Postgres's protocol
 * for plain statements, and answers each from whichever of its connections is free. It keeps the connection that it
 * used last on top, as PgBouncer does.
 */
import { createServer, type Server, type Socket } from 'node:net'
import pg from 'pg'

export interface Pooler {
  readonly url: string
  close(): Promise<void>
}

/** @param mode `session` keeps one connection for each client, as a harmless pooler does. */
export const startPooler = async (upstream: string, size: number, mode: 'session' | 'transaction'): Promise<Pooler> => {
  const idle: pg.Client[] = []
  for (let count = 0; count < size; count++) {
    const client = new pg.Client({ connectionString: upstream })
    await client.connect()
    idle.push(client)
  }
  const all = [...idle]
  const server = createServer((socket) => serve(socket, idle, mode))
  const port = await listening(server)
  const url = new URL(upstream)
  url.host = `127.0.0.1:${port}`
  return {
    url: url.href,
    close: async () => {
      server.close()
      await Promise.all(all.map((client) => client.end()))
    },
  }
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })

const serve = (socket: Socket, idle: pg.Client[], mode: 'session' | 'transaction'): void => {
  let buffer = Buffer.alloc(0)
  let started = false
  let held: pg.Client | undefined
  const giveBack = (): void => {
    if (held !== undefined) idle.push(held)
    held = undefined
  }
  const answer = async (statement: string): Promise<void> => {
    // Where none is free a real pooler lets the client wait; so does silence.
    held ??= idle.pop()
    if (held === undefined) return
    const { rows, fields } = await held.query({ text: statement, rowMode: 'array' })
    const open = /^begin/i.test(statement) || (mode === 'session' && !/^rollback/i.test(statement))
    if (!open && !/^select/i.test(statement)) giveBack()
    else if (!open && mode === 'transaction' && !inTransaction) giveBack()
    if (/^begin/i.test(statement)) inTransaction = true
    if (/^rollback/i.test(statement)) inTransaction = false
    socket.write(Buffer.concat([...described(fields, rows), message('C', text('SELECT 1')), ready()]))
  }
  let inTransaction = false
  socket.on('error', () => undefined)
  socket.on('close', giveBack)
  socket.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk])
    if (!started && buffer.length >= 4 && buffer.length >= buffer.readInt32BE(0)) {
      buffer = buffer.subarray(buffer.readInt32BE(0))
      started = true
      // A pooler invents the key by which its clients cancel; it is no backend's number.
      const key = Buffer.alloc(8)
      key.writeInt32BE(999_999_999, 0)
      socket.write(Buffer.concat([message('R', Buffer.alloc(4)), message('K', key), ready()]))
    }
    while (started && buffer.length >= 5 && buffer.length > buffer.readInt32BE(1)) {
      const end = buffer.readInt32BE(1) + 1
      const [kind, body] = [String.fromCharCode(buffer[0] ?? 0), buffer.subarray(5, end)]
      buffer = buffer.subarray(end)
      if (kind === 'Q') void answer(body.toString('utf8').replace(/\0$/, '').trim())
      if (kind === 'X') socket.end()
    }
  })
}

const message = (kind: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5)
  head.write(kind, 0)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

const text = (value: string): Buffer => Buffer.from(`${value}\0`, 'utf8')

const ready = (): Buffer => message('Z', Buffer.from('I'))

const int16 = (value: number): Buffer => {
  const buffer = Buffer.alloc(2)
  buffer.writeInt16BE(value)
  return buffer
}

const described = (
  fields: ReadonlyArray<pg.FieldDef>,
  rows: ReadonlyArray<ReadonlyArray<unknown>>,
): ReadonlyArray<Buffer> => {
  if (fields.length === 0) return []
  const columns = fields.map(({ name, dataTypeID }) => {
    const rest = Buffer.alloc(18)
    rest.writeInt32BE(dataTypeID, 6)
    rest.writeInt16BE(-1, 10)
    return Buffer.concat([text(name), rest])
  })
  return [
    message('T', Buffer.concat([int16(fields.length), ...columns])),
    ...rows.map((row) => message('D', Buffer.concat([int16(row.length), ...row.map(valueOnWire)]))),
  ]
}

const valueOnWire = (value: unknown): Buffer => {
  const bytes = Buffer.from(value === true ? 't' : value === false ? 'f' : String(value), 'utf8')
  const length = Buffer.alloc(4)
  length.writeInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
