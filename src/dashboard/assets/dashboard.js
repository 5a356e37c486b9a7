/**
 * What the dashboard's pages do beyond being read: they follow the log, answer to keys, and ask before something is done.
 * Each page is whole without it.
 */
import { morph } from './morph.js'
import './task.js'

/** @param {string} id */
const byId = (id) => document.getElementById(id)

/* Follows the log: what is marked `data-live` is fetched again when something has changed. */

const POLL_AFTER_MS = 400
const content = byId('content')
const followed = content?.dataset.follow

/** @param {'live' | 'away' | 'still'} state @param {string} words */
const pulse = (state, words) => {
  const shown = byId('pulse')
  if (shown === null) return
  shown.dataset.state = state
  shown.textContent = words
}

/** @param {string} words */
const announce = (words) => {
  const announcer = byId('announcer')
  if (announcer !== null) announcer.textContent = words
}

/** What is said aloud when it changes: `data-announce`, by the place where it stands. */
const announcements = () => {
  const found = new Map()
  for (const part of document.querySelectorAll('[data-live]')) {
    for (const [at, said] of [...part.querySelectorAll('[data-announce]')].entries()) {
      found.set(`${part.id}/${said.closest('[id]')?.id ?? at}`, said.getAttribute('data-announce'))
    }
  }
  return found
}

let isFetching = false
let isWanted = false

/** Brings the live parts up to date; one request at a time, and one more where something came meanwhile. */
const renew = async () => {
  if (isFetching) {
    isWanted = true
    return
  }
  isFetching = true
  isWanted = false
  try {
    const address = location.href
    const answer = await fetch(address, { credentials: 'same-origin', cache: 'no-store' })
    if (answer.status === 401 || answer.redirected) return location.reload()
    const text = await answer.text()
    // A reader who went on meanwhile does not want to see what was there before.
    if (answer.ok && location.href === address) show(new DOMParser().parseFromString(text, 'text/html'))
  } catch {
    pulse('away', 'Reconnecting')
  } finally {
    isFetching = false
  }
  if (isWanted) setTimeout(renew, POLL_AFTER_MS)
}

/** @param {Document} fresh */
const show = (fresh) => {
  const before = announcements()
  for (const part of document.querySelectorAll('[data-live]')) {
    const next = part.id === '' ? null : fresh.getElementById(part.id)
    if (next !== null) morph(part, next)
  }
  document.title = fresh.title
  const news = [...announcements()].filter(([place, words]) => words !== null && before.get(place) !== words)
  if (news.length > 0 && news.length <= 3) announce(news.map(([, words]) => words).join('. '))
  document.dispatchEvent(new CustomEvent('tasker:renewed'))
  tellTimes()
}

/** @param {string} wanted A task's id, or `all`. */
const sourceOf = (wanted) => {
  const source = new EventSource(`/ui/live${wanted === 'all' ? '' : `?task=${encodeURIComponent(wanted)}`}`)
  // What came between this page and the connection, or while it was gone, was told to nobody.
  source.addEventListener('hello', () => {
    if (byId('pulse')?.dataset.state === 'live') return
    pulse('live', 'Live')
    renew()
  })
  source.addEventListener('changed', () => {
    if (document.body.dataset.held === undefined) renew()
    else isWanted = true
  })
  // Where the browser does not try again, it was refused: nobody is logged in here any more, or there is no room.
  source.addEventListener('error', () =>
    source.readyState === EventSource.CLOSED ? pulse('still', 'Not live') : pulse('away', 'Reconnecting'),
  )
  return source
}

/** @type {EventSource | null} */
let source = null

/** A browser has six connections for one host: only a page that somebody sees keeps one. */
const follow = () => {
  if (followed === undefined || source !== null || document.visibilityState !== 'visible') return
  source = sourceOf(followed)
}

const leave = () => {
  source?.close()
  source = null
  if (followed !== undefined) pulse('still', 'Not live')
}

follow()
document.addEventListener('visibilitychange', () => (document.visibilityState === 'visible' ? follow() : leave()))
addEventListener('pagehide', leave)
addEventListener('pageshow', follow)

/* What goes on without events is looked at again by itself: work that a page has begun. */
setInterval(() => {
  if (document.visibilityState === 'visible' && document.querySelector('[data-poll]') !== null) renew()
}, 1_000)

/* Times are told as seen from now. */

/** @param {number} ms */
const oneUnit = (ms) => {
  if (ms < 60_000) return `${Math.round(ms / 1_000)} s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 86_400_000) return `${Math.round(ms / 3_600_000)} h`
  return `${Math.round(ms / 86_400_000)} d`
}

const tellTimes = () => {
  for (const time of document.querySelectorAll('time[data-ago]')) {
    const atMs = Date.parse(time.getAttribute('datetime') ?? '')
    const ms = Math.abs(Date.now() - atMs)
    const words = ms < 1_500 ? 'just now' : atMs <= Date.now() ? `${oneUnit(ms)} ago` : `in ${oneUnit(ms)}`
    if (time.textContent !== words) time.textContent = words
  }
}
setInterval(tellTimes, 5_000)

/* Asks before something is done; says that it is under way. */

addEventListener('submit', (event) => {
  const form = event.target
  if (!(form instanceof HTMLFormElement)) return
  const question = form.dataset.confirm
  if (question !== undefined && !confirm(question)) event.preventDefault()
})

/** All boxes of a list at once. */
addEventListener('change', (event) => {
  const box = event.target
  if (!(box instanceof HTMLInputElement) || box.dataset.selectAll === undefined) return
  for (const other of document.querySelectorAll(`input[type="checkbox"][name="${box.dataset.selectAll}"]`)) {
    if (other instanceof HTMLInputElement) other.checked = box.checked
  }
})

/** A choice that needs no button. */
addEventListener('change', (event) => {
  const field = event.target
  if (field instanceof HTMLSelectElement && field.dataset.submits !== undefined) field.form?.requestSubmit()
})

/* Keys */

const rows = () => [...document.querySelectorAll('.table tbody tr')]
const current = () => document.querySelector('.table tbody tr.at')

/** @param {number} by */
const move = (by) => {
  const all = rows()
  const row = current()
  const at = row === null ? -1 : all.indexOf(row)
  const next = all[Math.min(all.length - 1, Math.max(0, at === -1 ? 0 : at + by))]
  if (next === undefined) return
  row?.classList.remove('at')
  next.classList.add('at')
  next.scrollIntoView({ block: 'nearest' })
  const link = next.querySelector('a')
  if (link instanceof HTMLElement) link.focus({ preventScroll: true })
}

const showHelp = () => {
  const help = byId('help')
  if (help instanceof HTMLDialogElement && !help.open) help.showModal()
}

/** @type {Record<string, () => void>} */
const KEYS = {
  '?': showHelp,
  '/': () => {
    const field = document.querySelector('input[type="search"]')
    if (field instanceof HTMLInputElement) field.select()
  },
  j: () => move(1),
  k: () => move(-1),
  x: () => {
    const box = current()?.querySelector('input[type="checkbox"]')
    if (box instanceof HTMLInputElement) box.click()
  },
  n: () => {
    const next = document.querySelector('a[data-key="n"]')
    if (next instanceof HTMLElement) next.click()
  },
}

let goneSinceMs = 0

addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  const { target } = event
  const isWriting = target instanceof HTMLElement && target.matches('input:not([type="checkbox"]), textarea, select')
  if (isWriting) {
    if (event.key === 'Escape') target.blur()
    return
  }
  if (document.querySelector('dialog[open]') !== null) return
  if (Date.now() - goneSinceMs < 1_500) {
    goneSinceMs = 0
    const link = document.querySelector(`a[data-go="${CSS.escape(event.key)}"]`)
    if (link instanceof HTMLElement) {
      event.preventDefault()
      link.click()
    }
    return
  }
  if (event.key === 'g') {
    goneSinceMs = Date.now()
    return
  }
  const act = KEYS[event.key]
  if (act === undefined) return
  event.preventDefault()
  act()
})

addEventListener('click', (event) => {
  const { target } = event
  if (!(target instanceof Element) || target.closest('[data-help]') === null) return
  event.preventDefault()
  showHelp()
})
