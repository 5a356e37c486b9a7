/**
 * A whole Tasker with its dashboard, in a browser: the demonstration's planner and data, a handler that can be broken and
 * mended, and a record of everything that a page complains about.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { defineHandler } from '../../catalog/define-handler.js'
import { startCountryService } from '../../scripts/demonstration/country-service.js'
import { type DemoFiles, demoFiles } from '../../scripts/demonstration/demo-files.js'
import { launchChromium } from '../../scripts/testing/chromium.js'
import type { Json } from '../../src/core/json.js'
import { createTasker, type Tasker } from '../../src/main.js'
import { packageRoot } from '../../src/package-root.js'
import { parseRecorded, recordedPlanner } from '../../src/planner/recorded.js'
import { StepFailure } from '../../src/ports/handler.js'
import type { Planner } from '../../src/ports/planner.js'
import { parseYaml } from '../../src/templates/yaml-source.js'
import { openWeb } from '../../src/web.js'
import { migratedDatabase } from '../log/log-database.js'

export interface House {
  readonly url: string
  readonly tasker: Tasker
  readonly demo: { readonly template: Json; readonly input: DemoFiles['input'] }
  /** Whether the handler `fragile` fails. */
  readonly fragile: { isBroken: boolean }
  /** A page of its own; what it complains about is among `complaints`. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>
  readonly complaints: ReadonlyArray<string>
  close(): Promise<void>
}

const SCREENSHOTS = join(packageRoot, '.tasker/screenshots')

/** Kept for a person to look at. */
export const keepPicture = async (page: Page, name: string, fullPage = false): Promise<void> => {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage })
}

export const HOSTILE = '<script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">'

/** Absent, the demonstration's recorded answers plan. */
export const openHouse = async (planner?: Planner): Promise<House> => {
  const fragile = { isBroken: true }
  const database = await migratedDatabase()
  const service = await startCountryService()
  const files = demoFiles(service.host)
  const answers = parseRecorded(files.answers)
  const template = parseYaml(files.template, 'life-expectancy.yaml')
  if (E.isLeft(answers) || E.isLeft(template)) throw new Error('the demonstration cannot be read')
  const redisUrl = process.env.REDIS_URL
  const tasker = await createTasker({
    databaseUrl: database.url,
    ...(redisUrl === undefined ? {} : { redisUrl, queuePrefix: `browser-${process.pid}-${Date.now()}` }),
    namespace: 'demo',
    planner: planner ?? recordedPlanner(answers.right),
    privateHosts: [service.host],
    handlers: [fragileHandler(fragile)],
    projections: true,
  })
  const web = await openWeb(tasker, { host: '127.0.0.1', port: 0, actor: 'ada' })
  const complaints: string[] = []
  const browser = await launchChromium()
  return {
    url: web.url,
    tasker,
    demo: { template: template.right.value, input: files.input },
    fragile,
    complaints,
    open: (path, options = {}) => openPage(browser, `${web.url}${path}`, options, complaints),
    close: async () => {
      await browser.close()
      await web.close()
      await tasker.close()
      await service.close()
      await database.drop()
    },
  }
}

const fragileHandler = (state: { readonly isBroken: boolean }) =>
  defineHandler({
    name: 'fragile',
    summary: 'Fails until somebody has mended it.',
    run: () => {
      if (state.isBroken) throw new StepFailure('press_jammed', `paper is stuck ${HOSTILE}`, { retryable: false })
      return { printed: 12 }
    },
  })

const openPage = async (
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  complaints: string[],
): Promise<Page> => {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options })
  const page = await context.newPage()
  const complain = (what: string): void => {
    complaints.push(`${page.url()}: ${what}`)
  }
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complain(message.text())
  })
  page.on('pageerror', (error) => complain(error.message))
  page.on('dialog', (dialog) => {
    complain(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(url, { waitUntil: 'load' })
  return page
}
