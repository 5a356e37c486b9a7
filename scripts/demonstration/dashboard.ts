/** The dashboard of the demonstration: at its usual port, or at any that is free where something else listens there. */
import type { HttpServer } from '../../src/http/server.js'
import type { Tasker } from '../../src/main.js'
import { openWeb } from '../../src/web.js'

const HOST = '127.0.0.1'
const USUAL_PORT = 7300

export const openDashboard = async (tasker: Tasker, port = portIn(process.env.TASKER_PORT)): Promise<HttpServer> => {
  try {
    return await openWeb(tasker, { host: HOST, port, actor: 'demonstration' })
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'port_in_use'
    if (!isTaken || port === 0) throw error
    return openDashboard(tasker, 0)
  }
}

const portIn = (written: string | undefined): number =>
  written !== undefined && /^\d{1,5}$/.test(written) ? Number(written) : USUAL_PORT
