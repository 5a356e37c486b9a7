import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedError } from '../../../src/log/embedded/embedded-error.js'
import { startFailure } from '../../../src/log/embedded/start-failure.js'

const failed = (output: string, systemCode?: string): EmbeddedError => {
  const cause = systemCode === undefined ? undefined : Object.assign(new Error('spawn'), { code: systemCode })
  const error = startFailure('postgres', output, '/somewhere/server.log', cause)
  if (!(error instanceof EmbeddedError)) throw error
  return error
}

test('a missing system library is named', () => {
  const error = failed(
    'postgres: error while loading shared libraries: libstdc++.so.6: cannot open shared object file: No such file',
  )
  assert.is(error.code, 'embedded_library_missing')
  assert.match(error.message, 'libstdc++.so.6')
  assert.match(error.remedy, 'libstdc++.so.6')
})

test('a system without glibc is told to use DATABASE_URL', () => {
  for (const error of [
    failed('', 'ENOENT'),
    failed('Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by postgres)'),
    failed('Error relocating /x/libicuuc.so.60: __isnan: symbol not found'),
  ]) {
    assert.is(error.code, 'embedded_unsupported_platform')
    assert.match(error.message, 'Alpine')
    assert.match(error.remedy, 'DATABASE_URL')
  }
})

test('a port that cannot be had and a folder that forbids execution have codes of their own', () => {
  assert.is(failed('LOG:  could not bind IPv4 address "127.0.0.1": Address already in use').code, 'embedded_port')
  assert.is(failed('', 'EACCES').code, 'embedded_permission')
})

test('anything else shows the end of what Postgres said and where the rest is', () => {
  const error = failed('one\nFATAL:  could not map anonymous shared memory')
  assert.is(error.code, 'embedded_start_failed')
  assert.match(error.message, 'could not map anonymous shared memory')
  assert.match(error.remedy, 'server.log')
})

test.run()
