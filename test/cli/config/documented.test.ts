import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { FILE_ONLY } from '../../../src/cli/config/config.js'
import { CONFIG_KEYS } from '../../../src/cli/config/keys.js'
import { packageRoot } from '../../../src/package-root.js'

test('README names every key of the configuration', () => {
  const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8')
  const names = Object.values(CONFIG_KEYS).flatMap(({ name, variable, flag }) => [name, variable, flag])
  assert.equal(
    [...names, ...FILE_ONLY].filter((name) => !readme.includes(`\`${name}`)),
    [],
  )
})

test.run()
