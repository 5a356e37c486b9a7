import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type PublishedHead,
  publishedHeads,
  readHeads,
  signerFrom,
  trustedKeysFrom,
} from '../../src/audit/published-head.js'
import { createMemoryStore } from '../../src/log/memory-store.js'
import { piecesOf, recordTask } from './recorded-task.js'

const test = suite('a published head')

const TIME = '2026-01-01T00:00:00.000000Z'

const keyPair = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    publicPem: String(publicKey.export({ type: 'spki', format: 'pem' })),
    privatePem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  }
}

const right = <A>(either: E.Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(either)) throw new Error(either.left.message)
  return either.right
}

const signedHeads = async (pem: string) => {
  const store = createMemoryStore()
  await recordTask(store)
  const { log } = await recordTask(store)
  const heads: PublishedHead[] = []
  for await (const head of publishedHeads(log, TIME, right(signerFrom(pem)))) heads.push(head)
  return { heads, log, store }
}

const codeOf = async (heads: ReadonlyArray<object>, ...pems: ReadonlyArray<string>): Promise<string> => {
  const read = await readHeads(piecesOf(heads.map((head) => JSON.stringify(head))), right(trustedKeysFrom(pems)))
  return E.isLeft(read) ? read.left.code : 'read'
}

test('is signed over stream, version, hash and time, each preceded by its length', async () => {
  const { privatePem, publicPem } = keyPair()
  const { heads, store } = await signedHeads(privatePem)
  assert.is(heads.length, 2)
  for (const { stream, version, hash, time, signature } of heads) {
    assert.is(hash, store.heads.get(stream)?.hash)
    const bytes = Buffer.concat(
      [stream, `${version}`, hash, time].map((text) =>
        Buffer.concat([Uint8Array.of(0, 0, 0, text.length), Buffer.from(text)]),
      ),
    )
    assert.ok(verify(null, bytes, createPublicKey(publicPem), Buffer.from(signature ?? '', 'base64')))
  }
  const read = right(
    await readHeads(piecesOf(heads.map((head) => JSON.stringify(head))), right(trustedKeysFrom([publicPem]))),
  )
  assert.is(read.size, 2)
})

test('that was changed in any of the four values is no head', async () => {
  const { privatePem, publicPem } = keyPair()
  const { heads } = await signedHeads(privatePem)
  const [head] = heads
  assert.is(await codeOf(heads, publicPem), 'read')
  for (const change of [{ stream: 'task-x' }, { version: 7 }, { hash: '0'.repeat(64) }, { time: '2027' }]) {
    assert.is(await codeOf([{ ...head, ...change }], publicPem), 'head_forged')
  }
})

test('is proven by a key that is trusted, of which there may be several, and by no other', async () => {
  const [one, other] = [keyPair(), keyPair()]
  const { heads } = await signedHeads(one.privatePem)
  assert.is(await codeOf(heads, other.publicPem), 'head_of_unknown_key')
  assert.is(await codeOf(heads, other.publicPem, one.publicPem), 'read')
  const [head] = heads
  const borrowed = { ...head, key: (await signedHeads(other.privatePem)).heads[0]?.key }
  assert.is(await codeOf([borrowed], other.publicPem, one.publicPem), 'head_forged')
})

test('that nobody signed proves nothing', async () => {
  const { log } = await recordTask()
  const heads: PublishedHead[] = []
  for await (const head of publishedHeads(log, TIME)) heads.push(head)
  assert.is(heads[0]?.key, null)
  assert.is(await codeOf(heads, keyPair().publicPem), 'head_unsigned')
})

test('is refused where the line or the key is none', async () => {
  const { publicPem, privatePem } = keyPair()
  assert.is(await codeOf([{ stream: 's' }], publicPem), 'heads_unreadable')
  assert.is(await codeOf([[1]], publicPem), 'heads_unreadable')
  const rsa = String(
    generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }),
  )
  for (const pem of [rsa, 'x', privatePem]) assert.ok(E.isLeft(trustedKeysFrom([pem])))
  assert.ok(E.isLeft(signerFrom(publicPem)))
})

test.run()
