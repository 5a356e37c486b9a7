/** CPU time of the Redis server, as it tells itself. */
import { createConnection } from 'node:net'

export const redisInfo = (url: string, section: string): Promise<ReadonlyMap<string, string>> =>
  new Promise((resolve, reject) => {
    const { hostname, port, password } = new URL(url)
    const socket = createConnection({ host: hostname, port: Number(port || 6379) }, () => {
      if (password !== '') socket.write(`AUTH ${decodeURIComponent(password)}\r\n`)
      socket.write(`INFO ${section}\r\n`)
    })
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8')
      // A bulk reply: its length stands before it, and it ends with an empty line.
      const start = /\$(\d+)\r\n/.exec(text)
      if (start === null || text.length < start.index + start[0].length + Number(start[1])) return
      socket.end()
      const lines = text.slice(start.index + start[0].length).split('\r\n')
      resolve(new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)])))
    })
    socket.once('error', reject)
  })

export const redisCpuSeconds = async (url: string): Promise<number | undefined> => {
  const info = await redisInfo(url, 'cpu')
  const seconds = Number(info.get('used_cpu_user')) + Number(info.get('used_cpu_sys'))
  return Number.isFinite(seconds) ? seconds : undefined
}
