/** Tasker inside of a program of one's own: DATABASE_URL=postgres://… npm start */
import { createTasker } from 'tasker-es'
import handlers from './handlers.js'

const databaseUrl = process.env.DATABASE_URL
if (databaseUrl === undefined) throw new Error('set DATABASE_URL')

const tasker = await createTasker({ databaseUrl, handlers })
const order = await tasker.template('order.yaml')
const items = [{ name: 'tea', cents: 450, count: 2 }]
const task = await tasker.tasks.create(order, { card: '4242', items }, { idempotencyKey: 'order-1' })
const { status, steps } = await task.result()
console.log(status, JSON.stringify(steps.charge?.result))
await tasker.close()
