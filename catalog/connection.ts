/** Connections as steps name them: found in the operator's configuration, or refused without a word of what it holds. */
import type { Connection, Connections } from '../src/ports/connections.js'
import { StepFailure } from '../src/ports/handler.js'

export const connectionNamed = (connections: Connections, name: string): Connection => {
  const found = Object.hasOwn(connections, name) ? connections[name] : undefined
  if (found !== undefined) return found
  throw new StepFailure(
    'connection_unknown',
    `there is no connection "${name}" in the configuration of this worker (connections)`,
    { retryable: false },
  )
}

export const urlOfConnection = async (connection: Connection, name: string): Promise<string> => {
  try {
    return await connection.url()
  } catch (cause) {
    const message = `the URL of the connection "${name}" is not where the configuration says`
    throw new StepFailure('connection_unknown', message, { retryable: false, cause })
  }
}

export const CONNECTION_ERRORS = [
  { code: 'connection_unknown', retryable: false, when: 'the configuration has no such connection, or no URL for it' },
]
