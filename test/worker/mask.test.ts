import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createMasker } from '../../src/worker/mask.js'

const SECRET = 'p@ss "wörd"/+1'

test('a secret is masked as it is, and as a URL, JSON or base64 writes it', () => {
  const { mask } = createMasker([SECRET])
  assert.is(mask(`a ${SECRET} b`), 'a *** b')
  assert.is(mask(`?q=${encodeURIComponent(SECRET)}&r`), '?q=***&r')
  assert.is(mask(`?q=${encodeURIComponent(SECRET).toLowerCase()}&r`), '?q=***&r')
  assert.is(mask(`?${new URLSearchParams({ q: 'a secret text' })}`), '?q=a+secret+text')
  assert.is(createMasker(['a secret text']).mask('?q=a+secret+text'), '?q=***')
  assert.is(mask(JSON.stringify({ a: SECRET })), '{"a":"***"}')
})

test('a secret inside of a longer base64 is masked wherever it begins', () => {
  const { mask } = createMasker([SECRET])
  for (const prefix of ['', 'u', 'us', 'user:']) {
    for (const suffix of ['', 'x', 'xy']) {
      const whole = Buffer.from(prefix + SECRET + suffix).toString('base64')
      const masked = mask(`Basic ${whole}`)
      assert.match(masked, '***', whole)
      assert.ok(masked.length < whole.length / 2 + 12, masked)
    }
  }
})

test('a secret is masked as a page or a dump shows it, and as a number', () => {
  const { mask, maskJson } = createMasker([SECRET, '123456'])
  assert.is(mask(`<b>${SECRET.replace('"', '&quot;').replace('"', '&quot;')}</b>`), '<b>***</b>')
  const hex = Buffer.from(SECRET).toString('hex')
  assert.is(mask(`0x${hex} ${hex.toUpperCase()}`), '0x*** ***')
  assert.equal(maskJson([123456, 1234567, { '123456': 1 }]), ['***', 1234567, { '***': 1 }])
})

test('keys and values of JSON are masked, all else is kept', () => {
  const { maskJson } = createMasker(['s3cret', 's3cret-longer'])
  assert.equal(maskJson({ 's3cret-longer': ['s3cret', 1, null, { a: true, b: 'xs3crety' }] }), {
    '***': ['***', 1, null, { a: true, b: 'x***y' }],
  })
})

test('characters of a pattern are only characters', () => {
  assert.is(createMasker(['a.*[b]']).mask('axxb a.*[b]'), 'axxb ***')
})

test('without secrets nothing is masked', () => {
  assert.is(createMasker(['']).mask('abc'), 'abc')
  const value = { a: 1 }
  assert.is(createMasker([]).maskJson(value), value)
})

test.run()
