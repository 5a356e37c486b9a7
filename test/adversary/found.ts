/** A handler whose result is given: what a step before the planning step has found. */
import { defineHandler } from '../../catalog/define-handler.js'
import type { Json } from '../../src/core/json.js'

export const found = (value: Json) => defineHandler({ name: 'found', run: () => value })
