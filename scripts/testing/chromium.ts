/**
 * A Chromium for the tests: of `CHROMIUM_PATH`, else of the PATH, else installed by apt-get where this is root on Debian.
 * Where there is none, the tests fail and say what is missing; they never pass without one.
 */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { installFromDebian, isDebian, isRoot } from './debian.js'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Each has a folder of its own for what browsers keep, gone when it is closed. Its sandbox is left out for root alone. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), headless: true, chromiumSandbox: !isRoot(), args: FLAGS })

const chromiumPath = (): string => {
  const stated = process.env.CHROMIUM_PATH ?? ''
  if (stated !== '') {
    if (existsSync(stated)) return stated
    throw new Error(`CHROMIUM_PATH is ${stated}, and there is nothing`)
  }
  const found = onPath() ?? installed()
  if (found !== undefined) return found
  throw new Error(
    'These tests need Chromium: install it (Debian: apt-get install chromium), or set CHROMIUM_PATH to a Chromium or Chrome.',
  )
}

const onPath = (): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((file) => existsSync(file))

const installed = (): string | undefined => {
  if (!isDebian() || !isRoot()) return undefined
  installFromDebian('chromium')
  return onPath()
}
