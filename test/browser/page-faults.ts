/** What is wrong with a page as a browser shows it, and as it is heard. */
import type { Page } from 'playwright-core'
import * as assert from 'uvu/assert'

/** How much wider than the window it is; what may be scrolled by itself is not the page. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

/** Roles that a reader of screens acts on or jumps to; each has to say what it is. */
const NAMED: ReadonlyArray<string> = [
  ...['button', 'link', 'textbox', 'searchbox', 'combobox', 'checkbox', 'radio', 'slider', 'spinbutton', 'switch'],
  ...['image', 'img', 'dialog', 'navigation', 'region', 'table', 'heading', 'DisclosureTriangle'],
]

/** What those who hear the page cannot tell, or cannot come to by key. */
export const unheard = async (page: Page): Promise<ReadonlyArray<unknown>> => {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  await session.detach()
  const heard = nodes.filter(({ ignored, role }) => !ignored && NAMED.includes(String(role?.value)))
  assert.ok(heard.length > 20, `${page.url()} is hardly heard at all`)
  const nameless = heard.filter(({ name }) => String(name?.value ?? '').trim() === '').map(({ role }) => role?.value)
  const unreachable = await page
    .locator('a:not([href]), [onclick], [role=button]:not([tabindex])')
    .evaluateAll((found) => found.map((one) => one.outerHTML))
  return [...nameless, ...unreachable]
}
