/**
 * `npm run pictures`: runs the demonstration and takes the README's pictures of its dashboard. What is shown is what the
 * log says; nothing is arranged for it.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { existingData } from '../../src/log/embedded/cluster-folder.js'
import { packageRoot } from '../../src/package-root.js'
import { launchChromium } from '../testing/chromium.js'
import { openDemoDatabase } from './demo-database.js'
import { demonstrate } from './demonstration.js'

const FOLDER = join(packageRoot, 'scripts/demonstration/pictures')
const WINDOW = { width: 1280, height: 860 }
/** Sharp, and still small enough for a README. */
const SCALE = 1.5
const QUALITY = 82
const MAX_BYTES = 200_000

interface Picture {
  readonly name: string
  /** Below the task's own page. */
  readonly tab: string
  readonly light: 'light' | 'dark'
}

const PICTURES: ReadonlyArray<Picture> = [
  { name: 'task', tab: '', light: 'light' },
  { name: 'planning', tab: '/planning', light: 'dark' },
]

const take = async (browser: Browser, page: string, { name, tab, light }: Picture): Promise<void> => {
  const context = await browser.newContext({ viewport: WINDOW, deviceScaleFactor: SCALE, colorScheme: light })
  const shown = await context.newPage()
  await shown.goto(`${page}${tab}`, { waitUntil: 'load' })
  await shown.locator('#pulse[data-state="live"]').waitFor()
  const session = await context.newCDPSession(shown)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY })
  const bytes = Buffer.from(data, 'base64')
  if (bytes.length > MAX_BYTES)
    throw new Error(`the picture ${name} has ${bytes.length} bytes; ${MAX_BYTES} are allowed`)
  await writeFile(join(FOLDER, `${name}.webp`), bytes)
  console.log(`${name}.webp: ${bytes.length} bytes`)
  await context.close()
}

const dataDir = await mkdtemp(join(tmpdir(), 'tasker-pictures-'))
const database = await openDemoDatabase(dataDir)
try {
  await demonstrate({
    databaseUrl: database.url,
    screen: process.stderr,
    signal: new AbortController().signal,
    say: () => undefined,
    serve: async (_, page) => {
      const browser = await launchChromium()
      try {
        for (const picture of PICTURES) await take(browser, page, picture)
      } finally {
        await browser.close()
      }
    },
  })
} finally {
  await database.close()
  // Root keeps the data where the server's user reaches them.
  const data = await existingData(join(dataDir, 'postgres'))
  if (data !== undefined) await rm(data, { recursive: true, force: true })
  await rm(dataDir, { recursive: true, force: true })
}
