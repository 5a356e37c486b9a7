/** The mirror against a local server; with EVENTSTOREDB_URL against a real one, in streams of its own. */
import { suite } from 'uvu'
import { startEventStoreServer } from './event-store-server.js'
import { mirrorContract } from './mirror-contract.js'
import { payloadContract } from './payload-contract.js'

const local = suite('a mirror in EventStoreDB')

const ownServer = async () => {
  const server = await startEventStoreServer()
  return { url: server.url, close: () => server.stop() }
}

mirrorContract(local, ownServer)
payloadContract(local, ownServer)

local.run()

const given = process.env.EVENTSTOREDB_URL
if (given !== undefined && given !== '') {
  const real = suite('a mirror in the EventStoreDB of EVENTSTOREDB_URL')
  const givenServer = async () => ({ url: given, close: async () => undefined })
  mirrorContract(real, givenServer)
  payloadContract(real, givenServer)
  real.run()
}
