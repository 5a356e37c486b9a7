import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  agoText,
  bytesText,
  countText,
  durationText,
  moneyText,
  percentText,
  plural,
  shortId,
} from '../../src/dashboard/page/wording.js'

const test = suite('how pages word numbers and times')

test('numbers are told in groups of three', () => {
  assert.equal([0, 999, 1_000, 12_345.6, 1_234_567, -1_000].map(countText), [
    '0',
    '999',
    '1,000',
    '12,346',
    '1,234,567',
    '-1,000',
  ])
  assert.equal(
    [1, 2, 1_000].map((count) => plural(count, 'task')),
    ['1 task', '2 tasks', '1,000 tasks'],
  )
})

test('spans of time are told in the two units that matter', () => {
  const told = [840, 1_200, 42_000, 60_000, 184_000, 7_500_000, 273_600_000].map(durationText)
  assert.equal(told, ['840 ms', '1.2 s', '42 s', '1 min', '3 min 4 s', '2 h 5 min', '3 d 4 h'])
})

test('a time is told as seen from now', () => {
  const told = [1_000, 12_000, -300_000, 7_200_000, 259_200_000].map((ms) => agoText(1_000_000_000 - ms, 1_000_000_000))
  assert.equal(told, ['just now', '12 s ago', 'in 5 min', '2 h ago', '3 d ago'])
})

test('small sums keep the digits that tell them apart', () => {
  assert.equal([0, 0.0021, 0.5, 12.345].map(moneyText), ['$0', '$0.0021', '$0.50', '$12.35'])
  assert.equal([percentText(0, 0), percentText(1, 3), percentText(2, 2)], ['–', '33.3%', '100%'])
  assert.equal([512, 2_048, 5_242_880].map(bytesText), ['512 B', '2.0 kB', '5.0 MB'])
  assert.is(shortId('01a20d98-111b-7875-811e-2f924c2463dd'), '…4c2463dd')
})

test.run()
