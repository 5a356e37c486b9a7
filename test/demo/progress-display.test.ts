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
  display.settle()
  assert.is(log.written.join(''), '  template: begins with 1 step\n  template: 1 done, 0 in flight, 0 waiting\n')
})

const UP_ONE = '\x1b[1A'

test('on a terminal the lines are drawn anew over the old ones', async () => {
  const written: string[] = []
  let drawn = (): void => undefined
  const display = progressDisplay({
    isTTY: true,
    columns: 80,
    write: (text) => {
      written.push(text)
      drawn()
    },
  })
  for (const event of [created, completed]) {
    const next = new Promise<void>((resolve) => {
      drawn = resolve
    })
    display.show([event])
    await next
  }
  assert.not.ok(written[0]?.includes(UP_ONE))
  assert.ok(written[1]?.startsWith(UP_ONE))
})

test('what was settled stands: the next drawing begins below it, and nothing new draws nothing', () => {
  const terminal = screen(true)
  const display = progressDisplay(terminal)
  display.show([created])
  display.settle()
  display.settle()
  assert.is(terminal.written.length, 1)
  display.show([completed])
  display.settle()
  assert.not.ok(terminal.written[1]?.includes(UP_ONE))
})

test.run()
