/** Logging in and out in a real browser, and what a page of another site can make that browser do. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { launchChromium } from '../../scripts/testing/chromium.js'
import { type Guarded, guarded } from '../http/auth/guarded.js'
import { keepPicture } from './house.js'

const test = suite('logging in, in a browser')

const PATIENCE_MS = 45_000

/** A browser's page, and everything that it complains about. */
const withPage = async (body: (page: Page, complaints: string[]) => Promise<void>): Promise<void> => {
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    await body(page, complaints)
  } finally {
    await browser.close()
  }
}

const logIn = async (page: Page, port: number, credential: string): Promise<void> => {
  await page.goto(`http://127.0.0.1:${port}/ui/schedules`)
  await page.getByLabel('API key or token').fill(credential)
  await page.getByRole('button', { name: 'Log in' }).click()
}

test(
  'a person logs in with a key, sees the page that they wanted, and logs out',
  guarded(
    ({ key, port }) =>
      withPage(async (page, complaints) => {
        const secret = await key('ada', ['*:read'])
        await page.goto(`http://127.0.0.1:${port}/ui/schedules`)
        assert.match(page.url(), '/login?next=')
        await keepPicture(page, 'login')
        assert.equal(complaints, [], 'the page of logging in is styled and complains of nothing')
        await logIn(page, port, 'tsk_wrong')
        await page.getByRole('alert').filter({ hasText: 'this is no key' }).waitFor()
        await logIn(page, port, secret)
        await page.waitForURL('**/ui/schedules')
        await page.getByRole('heading', { name: 'Schedules' }).first().waitFor()
        assert.equal(await page.evaluate('document.cookie.includes("tasker_login")'), false, 'no script reads it')
        const before = complaints.length
        await page.locator('form[action="/logout"] button').first().click()
        await page.waitForURL('**/login')
        await page.goto(`http://127.0.0.1:${port}/ui/schedules`)
        assert.match(page.url(), '/login?next=')
        assert.is(complaints.length, before)
      }),
    { rules: { required: true }, withKey: true, onDatabase: true },
  ),
)

/** A site that makes whoever comes there send what it wants. */
const evilSite = async (target: string): Promise<{ readonly url: string; close(): void }> => {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<body>
      <form id="form" method="post" action="${target}/ui/theme" target="frame"><input name="theme" value="dark"></form>
      <iframe name="frame"></iframe>
      <script>
        window.seen = []
        const note = (what) => (got) => window.seen.push(what + ' ' + got)
        const json = { method: 'POST', body: '{"definition":{}}', mode: 'no-cors', credentials: 'include' }
        const all = [
          fetch('${target}/api/v1/schedules', { credentials: 'include' }).then((r) => r.text()).then(note('read'), note('kept from')),
          fetch('${target}/api/v1/tasks', json).then(note('sent'), note('kept from')),
          fetch('${target}/api/v1/keys', { ...json, headers: { 'content-type': 'text/plain' } }).then(note('sent'), note('kept from')),
        ]
        document.getElementById('form').submit()
        Promise.all(all).then(() => { document.title = 'over' })
      </script>`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  // By another name, so that it is another site; a port alone makes none.
  return { url: `http://localhost:${port}`, close: () => server.close() }
}

const attacked = async ({ port, tasker }: Guarded, before: (page: Page) => Promise<void>): Promise<void> => {
  const evil = await evilSite(`http://127.0.0.1:${port}`)
  try {
    await withPage(async (page) => {
      await before(page)
      // What its own pages still ask for is not what is counted.
      await page.goto('about:blank')
      const answers: Array<readonly [string, number]> = []
      page.on('response', (response) => {
        const { pathname, port: at } = new URL(response.url())
        if (at === String(port)) answers.push([`${response.request().method()} ${pathname}`, response.status()])
      })
      await page.goto(evil.url)
      await page.waitForFunction('document.title === "over"')
      assert.equal(await page.evaluate('window.seen.filter((one) => one.startsWith("read"))'), [])
      for (const [asked, status] of answers)
        assert.ok([401, 403].includes(status), `${asked} was answered with ${status}`)
      assert.ok(
        answers.some(([asked]) => asked.startsWith('POST')),
        'the browser has sent it',
      )
      const cookies = await page.context().cookies()
      assert.not.ok(cookies.some(({ name }) => name === 'tasker_theme'))
      assert.is(await tasker.log.position(), 0)
      assert.equal(
        (await tasker.keys.list()).filter(({ name }) => !['root', 'ada'].includes(name)),
        [],
      )
    })
  } finally {
    evil.close()
  }
}

test(
  'another site changes nothing by the browser of somebody who has logged in',
  guarded(
    async (server) => {
      const secret = await server.key('ada', ['*'])
      await attacked(server, async (page) => {
        await logIn(page, server.port, secret)
        await page.waitForURL('**/ui/schedules')
      })
    },
    { rules: { required: true }, withKey: true, onDatabase: true },
  ),
)

test(
  'a link on another site leads whoever has logged in to the page, and others to log in',
  guarded(
    async ({ key, port }) => {
      const target = `http://127.0.0.1:${port}/ui/schedules`
      const server = createServer((_, response) => {
        response.setHeader('content-type', 'text/html')
        response.end(`<a href="${target}">look</a>`)
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const elsewhere = `http://localhost:${(server.address() as AddressInfo).port}`
      const secret = await key('ada', ['*:read'])
      try {
        await withPage(async (page) => {
          await page.goto(elsewhere)
          await page.getByText('look').click()
          await page.getByLabel('API key or token').waitFor()
          await logIn(page, port, secret)
          await page.waitForURL(target)
          await page.goto(elsewhere)
          await page.getByText('look').click()
          await page.waitForURL(target)
          await page.getByRole('heading', { name: 'Schedules' }).first().waitFor()
        })
      } finally {
        server.close()
      }
    },
    { rules: { required: true }, withKey: true, onDatabase: true },
  ),
)

test(
  'another site changes nothing on the machine of somebody who need not log in',
  guarded((server) => attacked(server, async () => undefined), { onDatabase: true }),
)

test.run()
