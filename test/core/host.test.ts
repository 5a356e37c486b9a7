import * as E from 'fp-ts/lib/Either.js'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hostAllowed, isListed, targetOf } from '../../src/core/host.js'

const target = (url: string) => {
  const found = targetOf(url)
  return E.isRight(found) ? `${found.right.scheme} ${found.right.host} ${found.right.port}` : found.left.problem
}

test('a URL has a scheme, a host and a port, whatever its spelling', () => {
  assert.is(target('https://API.Example.com/a?b#c'), 'https api.example.com 443')
  assert.is(target('http://example.com:8080'), 'http example.com 8080')
  assert.is(target('http://example.com.'), 'http example.com 80')
  assert.is(target('http://bücher.example'), 'http xn--bcher-kva.example 80')
  assert.is(target('http://ＥＸＡＭＰＬＥ.com'), 'http example.com 80')
  for (const loopback of ['127.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.0.0.1.', '0x7f.1']) {
    assert.is(target(`http://${loopback}/`), 'http 127.0.0.1 80', loopback)
  }
  assert.is(target('http://[::FFFF:127.0.0.1]:81/'), 'http [::ffff:7f00:1] 81')
})

test('what is no plain http URL has no host', () => {
  for (const url of [
    'example.com',
    '/path',
    '',
    'http://',
    'ftp://example.com',
    'file:///etc/passwd',
    'javascript:1',
  ]) {
    assert.ok(E.isLeft(targetOf(url)), url)
  }
  assert.match(target('http://allowed.example@evil.example/'), 'user or a password')
  assert.match(target('http://:secret@evil.example/'), 'user or a password')
})

test('an entry without a port stands for the default port of the scheme, and no other', () => {
  const allowed = (url: string) => hostAllowed(url, ['api.example.com', 'other.example:8443', '[::1]:80'])
  assert.ok(allowed('https://api.example.com/x'))
  assert.ok(allowed('http://api.example.com/x'))
  assert.ok(allowed('https://API.EXAMPLE.COM./x'))
  assert.ok(allowed('https://other.example:8443/'))
  assert.ok(allowed('http://[::1]/'))
  assert.not.ok(allowed('http://api.example.com:8080/'))
  assert.not.ok(allowed('https://other.example/'))
  assert.not.ok(allowed('http://api.example.com:443/'))
})

test('a name that only looks like an allowed one is not allowed', () => {
  const urls = [
    'https://api.example.com.evil.example/',
    'https://evil.example/#api.example.com',
    'https://evil.example\\@api.example.com/',
    'https://api.example.com@evil.example/',
    'https://xapi.example.com/',
    'https://sub.api.example.com/',
    'https://api.example.com%2eevil.example/',
  ]
  for (const url of urls) assert.not.ok(hostAllowed(url, ['api.example.com']), url)
})

test('an entry that is no host allows nothing', () => {
  const target = targetOf('https://api.example.com/')
  if (E.isLeft(target)) throw new Error('the URL was not read')
  for (const entry of ['*', '*.example.com', 'https://api.example.com', 'api.example.com/x', '', 'a@api.example.com']) {
    assert.not.ok(isListed(target.right, [entry]), entry)
  }
})

test('no list allows every host, an empty one allows none', () => {
  assert.ok(hostAllowed('https://any.example/', undefined))
  assert.not.ok(hostAllowed('https://any.example/', []))
  assert.not.ok(hostAllowed('ftp://any.example/', undefined))
})

test.run()
