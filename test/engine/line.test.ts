import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Line } from '../../src/engine/line.js'

const test = suite('a line')

test('who comes first leaves first, whatever comes and goes in between', () => {
  const line = new Line<number>()
  const left: Array<number | undefined> = []
  let next = 0
  for (let round = 0; round < 300; round += 1) {
    for (let joining = 0; joining < 3; joining += 1) line.join(next++)
    left.push(line.leave(), line.leave())
  }
  while (!line.isEmpty) left.push(line.leave())
  assert.equal(
    left,
    Array.from({ length: 900 }, (_, index) => index),
  )
  assert.equal([line.first, line.leave(), line.isEmpty], [undefined, undefined, true])
})

test('a line in which somebody always waits does not hold those who have left', () => {
  const line = new Line<number>()
  for (let waiting = 0; waiting < 100; waiting += 1) line.join(waiting)
  for (let passing = 0; passing < 100_000; passing += 1) {
    line.join(passing)
    line.leave()
  }
  assert.ok(line.places <= 300, `${line.places} places for 100 that wait`)
})

test.run()
