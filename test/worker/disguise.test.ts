import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createMasker } from '../../src/worker/mask.js'

const test = suite('a secret in disguise')

const SECRET = 'hunter2/"of the"+moon&stars'
const { mask, maskJson } = createMasker([SECRET])

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const wrapped = (text: string, every: number, by: string): string =>
  text.replace(new RegExp(`(.{${every}})(?=.)`, 'gs'), `$1${by}`)

/** All pieces that are long enough to mean something. */
const isTold = (masked: string): boolean => {
  const plain = masked.toLowerCase().replace(/[^a-z0-9]/g, '')
  return ['hunter2', 'fthemoo', 'nstars', 'sratsno', 'retnuh'].some((piece) => plain.includes(piece))
}

test('is masked where it is broken over lines or spelt with something between', () => {
  for (const text of [
    wrapped(SECRET, 5, '\n'),
    wrapped(SECRET, 1, ' '),
    wrapped(SECRET, 3, '\\n'),
    SECRET.toUpperCase(),
    [...SECRET].reverse().join(''),
    JSON.stringify(JSON.stringify({ a: SECRET })),
    [...SECRET].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    [...Buffer.from(SECRET)].map((byte) => `0x${byte.toString(16)}`).join(', '),
    [...Buffer.from(SECRET)].map((byte) => byte.toString(16)).join(':'),
  ]) {
    const masked = mask(`before ${text} after`)
    assert.match(masked, /^before "?.?.?.?.?.?.?.?.?.?\*\*\*/, text)
    assert.match(masked, 'after')
    assert.not.ok(isTold(masked), masked)
  }
})

test('is masked where it is encoded twice, or as mail writes base64', () => {
  const twice = [
    encodeURIComponent(encodeURIComponent(SECRET)),
    base64(base64(SECRET)),
    base64(encodeURIComponent(SECRET)),
    encodeURIComponent(base64(`user:${SECRET}`)),
    wrapped(base64(`a long line before it, user:${SECRET}, and another one after`), 20, '\r\n'),
    [...Buffer.from(SECRET)].map((byte) => `%${byte.toString(16)}`).join(''),
    base64([...SECRET].reverse().join('')),
  ]
  for (const text of twice) assert.match(mask(text), '***', text)
  for (const text of twice) assert.not.ok(isTold(decodeURIComponent(mask(text).replaceAll('%', '%25'))), text)
})

test('is masked in a list of its pieces or of its bytes', () => {
  assert.is(maskJson([...SECRET]), '***')
  assert.is(maskJson(SECRET.match(/.{1,6}/g) ?? []), '***')
  assert.is(maskJson(base64(SECRET).match(/.{1,6}/g) ?? []), '***')
  assert.equal(maskJson({ type: 'Buffer', data: [...Buffer.from(SECRET)] }), { type: 'Buffer', data: '***' })
})

test('what only looks like it stays as it is', () => {
  for (const text of [
    'the moon & the stars, and a hunter',
    'aGVsbG8gd29ybGQsIHRoaXMgaXMgbm8gc2VjcmV0',
    'https://example.org/a%20b?c=%2Fd',
    'a'.repeat(100_000),
  ]) {
    assert.is(mask(text), text)
  }
  assert.equal(maskJson(['hunter', 2, 'moon']), ['hunter', 2, 'moon'])
  assert.equal(maskJson([1, 2, 3]), [1, 2, 3])
  assert.is(createMasker(['short']).mask('s h o r t'), 's h o r t')
})

test('is looked for in time that grows with the text alone', () => {
  const elapsed = (text: string): number => {
    const begun = performance.now()
    mask(text)
    return performance.now() - begun
  }
  for (const text of ['%', 'A', '\\', '0x', 'ab\n', '%41', 'AAAA\n', 'hunter2of']) {
    const size = 300_000
    assert.ok(elapsed(text.repeat(size / text.length)) < 10_000, text)
  }
})

test.run()
