/** One of several processes that migrate the same database at once; prints the migrations that it applied. */
import * as E from 'fp-ts/lib/Either.js'
import { migrate } from '../../src/log/schema.js'

const applied = await migrate(process.argv[2] ?? '')
if (E.isLeft(applied)) throw new Error(applied.left.message)
console.log(JSON.stringify(applied.right))
