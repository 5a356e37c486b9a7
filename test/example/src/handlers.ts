/** The steps of an order. What a handler takes and gives is typed by its codecs, and checked when it runs. */
import * as t from 'io-ts'
import { defineHandler, StepFailure } from 'tasker-es'

const item = t.type({ name: t.string, cents: t.number, count: t.number })

export const price = defineHandler({
  name: 'price',
  summary: 'Adds up the items of an order.',
  config: t.type({ currency: t.string }),
  inputs: t.type({ items: t.array(item) }),
  output: t.type({ total: t.number, currency: t.string }),
  run: ({ config, inputs }) => ({
    total: inputs.items.reduce((sum, { cents, count }) => sum + cents * count, 0),
    currency: config.currency,
  }),
})

/** Stands for a payment service: it remembers what it was asked, and a key that it knows costs nothing again. */
const charged = new Map<string, { readonly id: string; readonly amount: number }>()

export const charge = defineHandler({
  name: 'charge',
  summary: 'Charges a card.',
  inputs: t.type({ card: t.string, amount: t.number }),
  output: t.type({ id: t.string, amount: t.number }),
  errors: [{ code: 'card_refused', retryable: false, when: 'the bank says no' }],
  run: ({ inputs, context }) => {
    if (inputs.card === '0000') throw new StepFailure('card_refused', 'the bank says no', { retryable: false })
    // An attempt may be lost after it took effect: the key is the same in the next one.
    const known = charged.get(context.idempotencyKey)
    const done = known ?? { id: `charge-${charged.size + 1}`, amount: inputs.amount }
    charged.set(context.idempotencyKey, done)
    return done
  },
})

export default [price, charge]
