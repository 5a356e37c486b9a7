/** Flags that every command has: those of the configuration, and a few of the frame's own. */

import type { Options } from './command.js'
import { CONFIG_KEYS } from './config/keys.js'

const FRAME_OPTIONS: Options = {
  json: { type: 'boolean', summary: 'print one JSON value on stdout and nothing else' },
  help: { type: 'boolean', short: 'h', summary: 'print this help' },
}

export const CONFIG_OPTIONS: Options = Object.fromEntries(
  Object.values(CONFIG_KEYS).map((key) => [
    key.flag.slice(2),
    { type: 'string' as const, multiple: key.name === 'handlers', value: key.value, summary: key.summary },
  ]),
)

export const GLOBAL_OPTIONS: Options = { ...FRAME_OPTIONS, ...CONFIG_OPTIONS }
