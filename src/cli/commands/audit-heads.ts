/** `tasker audit heads`: where every task stands, signed, to be published where nobody here can change it. */
import * as E from 'fp-ts/lib/Either.js'
import { publishedHeads, signerFrom } from '../../audit/published-head.js'
import { keyFor } from '../audited-file.js'
import type { Command, Invocation } from '../command.js'
import { EXIT } from '../exit-code.js'
import { withLog } from '../log-access.js'
import { onlyOnDatabase } from '../on-database.js'
import { writeLine } from '../output.js'
import { UserError } from '../user-error.js'

export const auditHeadsCommand: Command = {
  name: 'audit heads',
  summary: 'print the head of every task, signed, to publish elsewhere',
  options: {
    key: { type: 'string', value: 'FILE', summary: 'sign with this Ed25519 private key (PEM)' },
  },
  details:
    'A line of JSON a task: stream, version, hash, time, key, signature. The signature (Ed25519, base64) covers the first\n' +
    'four, each as UTF-8 text preceded by its length in bytes as a 4-byte big-endian integer; key is the SHA-256 of the\n' +
    'public key. Whoever keeps these lines can tell later whether a record was rewritten, even with all hashes anew.\n' +
    'A key: openssl genpkey -algorithm ed25519 -out audit.pem\n' +
    'what others verify with: openssl pkey -in audit.pem -pubout -out audit.pub.pem',
  examples: [
    { command: 'tasker audit heads --key audit.pem >> heads.ndjson', says: 'to append to what was published' },
  ],
  run: async (invocation) => {
    onlyOnDatabase('what is published of every record', invocation)
    const signer = await signerOf(invocation)
    return withLog(invocation, async ({ record }) => {
      const time = new Date().toISOString().replace('Z', '000Z')
      for await (const head of publishedHeads(record, time, signer)) {
        await writeLine(invocation.output.stdout, JSON.stringify(head))
        if (invocation.signal.aborted) return EXIT.failed
      }
      if (signer === undefined) invocation.output.note('these heads are not signed: anybody could have written them')
      return EXIT.complete
    })
  },
}

const signerOf = async ({ option, system }: Invocation) => {
  const file = option('key')
  if (file === undefined) return undefined
  const signer = signerFrom(await keyFor(file, system))
  if (E.isRight(signer)) return signer.right
  throw new UserError({ ...signer.left, place: { source: file } })
}
