import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compareVersions, latestOf, parseVersion } from '../../../src/core/template/version.js'

const test = suite('versions of templates')

const latest = (...versions: ReadonlyArray<string>): string | undefined =>
  latestOf(versions.map((version) => ({ version })))?.version

test('versions are ordered by their numbers and by what precedes a release', () => {
  const ordered = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0',
    '1.2',
    '1.10',
    '2',
  ]
  for (const [index, version] of ordered.slice(1).entries()) {
    const [before, after] = [parseVersion(ordered[index] ?? ''), parseVersion(version)]
    assert.ok(before !== undefined && after !== undefined && compareVersions(before, after) < 0, version)
  }
})

test('the latest is the highest release; what precedes one counts only where there is none', () => {
  assert.is(latest('1.9.0', '1.10.0', '2.0.0-rc.1'), '1.10.0')
  assert.is(latest('2.0.0-rc.1', '2.0.0-rc.2'), '2.0.0-rc.2')
  assert.is(latest('1.0.0', '1.0.0+build'), '1.0.0+build')
  assert.is(latest('nightly'), undefined)
})

test('what is no version is not taken for one', () => {
  for (const text of ['', 'v1', '1.2.3.4', '1.x', 'latest', '-1', '1.0.0-'])
    assert.is(parseVersion(text), undefined, text)
})

test.run()
