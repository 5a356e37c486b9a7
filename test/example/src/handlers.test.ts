import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runHandler, testTasker } from 'tasker-es/testing'
import handlers, { price } from './handlers.js'

const items = [{ name: 'tea', cents: 450, count: 2 }]

test('a price is the sum of the items', async () => {
  assert.deepEqual(await runHandler(price, { config: { currency: 'EUR' }, inputs: { items } }), {
    total: 900,
    currency: 'EUR',
  })
})

test('an order is charged once it has a price', async () => {
  const tasker = await testTasker({ handlers })
  const { status, steps } = await tasker.run('order.yaml', { card: '4242', items })
  assert.equal(status, 'complete')
  assert.deepEqual(steps.charge?.result, { id: 'charge-1', amount: 900 })
  await tasker.close()
})

test('a card that the bank refuses is not tried again', async () => {
  const tasker = await testTasker({ handlers })
  const { status, steps } = await tasker.run('order.yaml', { card: '0000', items })
  assert.equal(status, 'blocked_by_failures')
  assert.equal(steps.charge?.error?.code, 'card_refused')
  assert.equal(steps.charge?.attempts, 1)
  await tasker.close()
})
