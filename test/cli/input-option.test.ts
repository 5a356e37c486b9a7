import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Invocation } from '../../src/cli/command.js'
import { inputOf } from '../../src/cli/input-option.js'
import type { System } from '../../src/cli/system.js'
import type { UserError } from '../../src/cli/user-error.js'
import { withFolder } from '../support/temporary-folder.js'

const given = (written: string | undefined, cwd: string) => {
  const invocation: Pick<Invocation, 'option'> = { option: () => written }
  return inputOf({ ...invocation, system: { cwd } as System })
}

const codeOf = (reading: Promise<unknown>): Promise<string> =>
  reading.then(
    () => 'none',
    (error: UserError) => error.code,
  )

test('an input is a file, or JSON as it stands; what is neither is told as what it looks like', () =>
  withFolder(async (cwd) => {
    writeFileSync(join(cwd, 'june.json'), '{"month": 6}')
    assert.equal(await given(undefined, cwd), {})
    assert.equal(await given('june.json', cwd), { month: 6 })
    assert.equal(await given('@june.json', cwd), { month: 6 })
    assert.equal(await given('{"month": 7}', cwd), { month: 7 })
    assert.equal(await given('[1, 2]', cwd), [1, 2])
    assert.equal(await given('"text"', cwd), 'text')
    assert.equal(await given('17', cwd), 17)
    assert.is(await codeOf(given('{"month": ', cwd)), 'invalid_json')
    assert.is(await codeOf(given('july.json', cwd)), 'input_not_found')
  }))

test.run()
