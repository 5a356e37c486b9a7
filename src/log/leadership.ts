/**
 * Leadership: an advisory lock held by one connection of its own. It is lost with that connection, and because a dead
 * connection may look alive from here, it is asked now and then. A leader may only do what an append would refuse to a
 * second leader; being the only one merely saves work.
 */
import { LEADERSHIP_PING_MS } from '../core/limits.js'
import type { Leadership, Log } from '../ports/log.js'
import { loadStatements } from '../sql.js'
import { Connection } from './connection.js'
import { PING } from './database.js'

const SQL = loadStatements('src/log/leadership.sql', ['tryLead', 'resign'])

export const createLeadership = (connectionString: string): Pick<Log, 'lead' | 'close'> => {
  const held = new Map<string, AbortController>()
  let pinging: NodeJS.Timeout | undefined

  const loseAll = (): void => {
    const lost = [...held.values()]
    held.clear()
    stopPinging()
    for (const leadership of lost) leadership.abort()
  }

  const connection = new Connection({ connectionString, purpose: 'lead', onLoss: loseAll })

  const stopPinging = (): void => {
    clearInterval(pinging)
    pinging = undefined
  }

  const startPinging = (): void => {
    // A ping that fails has broken the connection, which is heard through `onLoss`.
    pinging ??= setInterval(() => connection.query(PING, []).catch(() => undefined), LEADERSHIP_PING_MS).unref()
  }

  const resign = async (name: string, controller: AbortController): Promise<void> => {
    if (held.get(name) !== controller) return
    held.delete(name)
    if (held.size === 0) stopPinging()
    await connection.query(SQL.resign, [name]).catch(() => undefined)
  }

  return {
    lead: async (name): Promise<Leadership | undefined> => {
      // The lock is reentrant for its session, so whoever leads in this process is known here.
      if (held.has(name)) return undefined
      const controller = new AbortController()
      held.set(name, controller)
      let leads = false
      try {
        const [row] = await connection.query<{ leads: boolean }>(SQL.tryLead, [name])
        leads = row?.leads === true
      } finally {
        if (!leads && held.get(name) === controller) held.delete(name)
      }
      if (!leads) return undefined
      startPinging()
      return { lost: controller.signal, resign: () => resign(name, controller) }
    },
    close: async () => {
      loseAll()
      await connection.close()
    },
  }
}
