import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PARTITIONS, partitionMask, partitionOf } from '../../src/log/partition.js'
import { newStream } from './appends.js'

test('the partition of a stream is the same for ever', () => {
  assert.is(partitionOf('task-0190a5d6-0000-7000-8000-000000000000'), 0x69, 'the first byte of its SHA-256')
  assert.is(partitionOf(''), 0xe3)
})

test('streams are spread over all partitions', () => {
  const counts = new Map<number, number>()
  for (let index = 0; index < 20_000; index += 1) {
    const partition = partitionOf(newStream())
    counts.set(partition, (counts.get(partition) ?? 0) + 1)
  }
  assert.is(counts.size, PARTITIONS)
  assert.ok(Math.max(...counts.values()) < 200)
})

test('a mask has one bit for each partition', () => {
  const mask = partitionMask([0, 9, 255])
  assert.equal([mask.length, mask[0], mask[1], mask[31]], [32, 1, 2, 128])
})

test.run()
