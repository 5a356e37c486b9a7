import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { progressDisplay } from '../../scripts/demonstration/progress-display.js'
import { happened, materialized, step } from './happenings.js'

const screen = (isTTY: boolean) => {
  const written: string[] = []
  return { isTTY, columns: 80, written, write: (text: string) => written.push(text) }
}

const created = materialized('1', 'template', null, [step('plan')])
const completed = happened('2', 'step-completed', { step: 'plan', attempt: 1, result: { value: null } })

test('where there is no terminal a phase is two lines, however many events it has', () => {
  const log = screen(false)
  const display = progressDisplay(log)
  display.show([created])
  display.show([happened('x', 'step-started', { step: 'plan', attempt: 1, session: 1, worker: 'w' })])
  display.show([completed])
  display.end()
  assert.is(log.written.join(''), '  template: begins with 1 step\n  template: 1 done, 0 in flight, 0 waiting\n')
})

test('on a terminal the lines are drawn anew over the old ones', () => {
  const terminal = screen(true)
  const display = progressDisplay(terminal)
  display.show([created])
  display.end()
  display.show([completed])
  display.end()
  const up = '\x1b[1A'
  assert.not.ok(terminal.written[0]?.includes(up))
  assert.ok(terminal.written[1]?.startsWith(up))
})

test.run()
