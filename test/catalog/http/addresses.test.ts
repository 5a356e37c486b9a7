import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { kindOfAddress, literalOf } from '../../../catalog/http/addresses.js'

const CASES: Readonly<Record<'public' | 'private' | 'refused', ReadonlyArray<string>>> = {
  public: ['93.184.216.34', '1.1.1.1', '2606:4700:4700::1111', '::ffff:1.1.1.1', '64:ff9b::1.1.1.1'],
  private: [
    '127.0.0.1',
    '127.255.255.254',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '::1',
    'fc00::1',
    'fd12:3456::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
  ],
  refused: [
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '64:ff9b::169.254.169.254',
    '64:ff9b::127.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1.1.1.1',
    '2002:7f00:1::',
    '2002:0101:0101::',
    '2001::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '224.0.0.1',
    '0.0.0.0',
    '0.1.2.3',
    '::',
    '::127.0.0.1',
    '::8.8.8.8',
    '255.255.255.255',
    '240.0.0.1',
    '198.18.0.1',
    '192.0.2.1',
    '100::1',
    '2001:db8::1',
    'not an address',
    '',
  ],
}

test('an address is public, private or never called, in each of its spellings', () => {
  for (const [kind, addresses] of Object.entries(CASES)) {
    for (const address of addresses) assert.is(kindOfAddress(address), kind, address)
  }
})

test('a host of a URL is told apart from an address in it', () => {
  assert.is(literalOf('[::1]'), '::1')
  assert.is(literalOf('127.0.0.1'), '127.0.0.1')
  assert.is(literalOf('example.com'), undefined)
})

test.run()
