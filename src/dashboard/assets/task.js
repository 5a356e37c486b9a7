/**
 * What a task's page does beyond being read: its history is scrubbed, a press on a step shows it beside the graph, and the
 * graph is zoomed and dragged. All of it leads to addresses that are pages without script, too.
 */
import { morph } from './morph.js'

document.documentElement.classList.add('scripted')

/* Another view of the same page takes its place part by part, so that nothing jumps. */

let visits = 0

/** @param {string} address @param {'push' | 'replace' | 'back'} how */
const visit = async (address, how) => {
  const mine = ++visits
  const answer = await fetch(address, { credentials: 'same-origin', cache: 'no-store' })
  if (mine !== visits) return
  if (!answer.ok || answer.redirected) return location.assign(address)
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  if (mine !== visits) return
  if (how === 'push') history.pushState(null, '', address)
  if (how === 'replace') history.replaceState(null, '', address)
  for (const part of document.querySelectorAll('[data-live]')) {
    const next = part.id === '' ? null : fresh.getElementById(part.id)
    if (next !== null) morph(part, next)
  }
  tellWhetherPast()
  document.dispatchEvent(new CustomEvent('tasker:renewed'))
}

/** What is looked back to does not change: nothing of it is live. */
const tellWhetherPast = () => {
  const pulse = document.getElementById('pulse')
  if (pulse === null || !new URL(location.href).searchParams.has('at')) return
  pulse.dataset.state = 'still'
  pulse.textContent = 'Looking back'
}

/** @param {HTMLAnchorElement} link */
const isAnotherView = (link) => {
  const to = new URL(link.href)
  const here = new URL(location.href)
  if (to.origin !== here.origin || to.pathname !== here.pathname || to.hash !== '') return false
  // Whoever goes back to now wants to follow the task again: that is a page of its own.
  return to.searchParams.has('at') || !here.searchParams.has('at')
}

const isTaskPage = document.getElementById('task-figures') !== null

addEventListener('click', (event) => {
  const { target } = event
  if (!isTaskPage || event.defaultPrevented || event.button !== 0) return
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || !(target instanceof Element)) return
  const link = target.closest('a[href]')
  const address = link?.getAttribute('href')
  if (link === null || address == null) return
  const anchor = document.createElement('a')
  anchor.href = address
  if (!isAnotherView(anchor)) return
  event.preventDefault()
  visit(anchor.href, 'push').then(() => {
    if (link.hasAttribute('data-turn')) setSlider()
    if (link.classList.contains('card')) showStep()
  })
})

if (isTaskPage) addEventListener('popstate', () => visit(location.href, 'back').then(setSlider))

/** On a narrow screen the step stands below the graph. */
const showStep = () => {
  const step = document.getElementById('step')
  if (step !== null && step.getBoundingClientRect().top > innerHeight - 80) step.scrollIntoView({ block: 'start' })
}

/* History */

const SCRUB_AFTER_MS = 90
/** @type {ReturnType<typeof setTimeout> | undefined} */
let scrubbing

const slider = () => document.querySelector('form[data-history] input[type="range"]')

/** What the reader moved is the reader's; what a link moved is told to the slider here. */
const setSlider = () => {
  const range = slider()
  if (!(range instanceof HTMLInputElement)) return
  range.value = new URL(location.href).searchParams.get('at') ?? range.max
}

/** Whoever follows the task is at its last event, however many come. */
document.addEventListener('tasker:renewed', () => {
  if (isTaskPage && !new URL(location.href).searchParams.has('at')) setSlider()
})

addEventListener('input', (event) => {
  const range = event.target
  if (!(range instanceof HTMLInputElement) || range !== slider() || range.form === null) return
  const shown = document.querySelector('.history-event b')
  if (shown !== null) shown.textContent = range.value
  clearTimeout(scrubbing)
  scrubbing = setTimeout(() => {
    if (range.form === null) return
    const query = new URLSearchParams()
    for (const [name, value] of new FormData(range.form)) if (typeof value === 'string') query.append(name, value)
    visit(`${range.form.action}?${query}`, 'replace')
  }, SCRUB_AFTER_MS)
})

/* The graph: zoomed by buttons, keys and the wheel, dragged by the pointer */

const LEAST_ZOOM = 0.15
const MOST_ZOOM = 2.5
const LEAST_FIRST_ZOOM = 0.6
const ZOOM_STEP = 1.25

/** @type {number | undefined} */
let zoom
/** The reader has chosen it: it stays, also where the graph grows. */
let isZoomChosen = false

const room = () => document.querySelector('[data-graph]')

/** @param {Element} around */
const pictureIn = (around) => {
  const svg = around.querySelector('svg.graph')
  return svg instanceof SVGSVGElement ? svg : undefined
}

/** @param {SVGSVGElement} svg */
const sizeOf = (svg) => ({ width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height })

/** As wide as the room, no larger than it is, and no smaller than can be read. @param {Element} around @param {number} least */
const fitting = (around, least) => {
  const svg = pictureIn(around)
  if (svg === undefined) return 1
  return Math.max(least, Math.min(1, (around.clientWidth - 4) / sizeOf(svg).width))
}

const applyZoom = () => {
  const around = room()
  const svg = around === null ? undefined : pictureIn(around)
  if (around === null || svg === undefined) return
  if (!isZoomChosen) zoom = fitting(around, LEAST_FIRST_ZOOM)
  zoom ??= 1
  const { width, height } = sizeOf(svg)
  svg.style.width = `${width * zoom}px`
  svg.style.height = `${height * zoom}px`
}

/** What is under a point stays there. @param {number} to @param {number} [x] @param {number} [y] */
const zoomTo = (to, x, y) => {
  const around = room()
  if (around === null) return
  const before = zoom ?? 1
  const [atX, atY] = [x ?? around.clientWidth / 2, y ?? around.clientHeight / 2]
  const [left, top] = [around.scrollLeft + atX, around.scrollTop + atY]
  zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, to))
  isZoomChosen = true
  applyZoom()
  around.scrollLeft = (left * zoom) / before - atX
  around.scrollTop = (top * zoom) / before - atY
}

const fitWhole = () => {
  const around = room()
  const svg = around === null ? undefined : pictureIn(around)
  if (around === null || svg === undefined) return
  const { width, height } = sizeOf(svg)
  zoomTo(Math.min(1, (around.clientWidth - 4) / width, (around.clientHeight - 4) / height))
}

/** @type {Record<string, () => void>} */
const ZOOMS = {
  in: () => zoomTo((zoom ?? 1) * ZOOM_STEP),
  out: () => zoomTo((zoom ?? 1) / ZOOM_STEP),
  fit: fitWhole,
}

addEventListener('click', (event) => {
  const { target } = event
  const button = target instanceof Element ? target.closest('[data-zoom]') : null
  if (button instanceof HTMLElement) ZOOMS[button.dataset.zoom ?? '']?.()
})

addEventListener(
  'wheel',
  (event) => {
    const around = room()
    if (!(event.ctrlKey || event.metaKey) || around === null || !(event.target instanceof Node)) return
    if (!around.contains(event.target)) return
    event.preventDefault()
    const { left, top } = around.getBoundingClientRect()
    zoomTo((zoom ?? 1) * Math.exp(-event.deltaY / 300), event.clientX - left, event.clientY - top)
  },
  { passive: false },
)

const DRAG_PX = 4
/** @type {{ x: number, y: number, left: number, top: number, moved: boolean } | undefined} */
let held

addEventListener('pointerdown', (event) => {
  const around = room()
  if (event.pointerType !== 'mouse' || event.button !== 0 || around === null) return
  if (!(event.target instanceof Node) || !around.contains(event.target) || event.target === around) return
  held = { x: event.clientX, y: event.clientY, left: around.scrollLeft, top: around.scrollTop, moved: false }
})

addEventListener('pointermove', (event) => {
  const around = room()
  if (held === undefined || around === null) return
  const [x, y] = [event.clientX - held.x, event.clientY - held.y]
  if (!held.moved && Math.hypot(x, y) < DRAG_PX) return
  held.moved = true
  around.classList.add('is-held')
  around.scrollLeft = held.left - x
  around.scrollTop = held.top - y
})

addEventListener('pointerup', () => {
  if (held?.moved !== true) held = undefined
  room()?.classList.remove('is-held')
})

/** The press that ends a drag opens nothing; a link is not dragged away as a link. */
addEventListener(
  'click',
  (event) => {
    if (held === undefined) return
    held = undefined
    event.preventDefault()
    event.stopPropagation()
  },
  { capture: true },
)
addEventListener('dragstart', (event) => {
  if (event.target instanceof Node && room()?.contains(event.target) === true) event.preventDefault()
})

/* Keys */

/** @type {Record<string, () => void>} */
const KEYS = {
  '[': () => press('[data-turn="["]'),
  ']': () => press('[data-turn="]"]'),
  '+': () => ZOOMS.in?.(),
  '-': () => ZOOMS.out?.(),
  0: fitWhole,
}

/** @param {string} which */
const press = (which) => {
  const link = document.querySelector(which)
  if (link instanceof HTMLElement) link.click()
}

addEventListener('keydown', (event) => {
  if (!isTaskPage || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  const { target } = event
  if (target instanceof HTMLElement && target.matches('input:not([type="range"]), textarea, select')) return
  const act = KEYS[event.key]
  if (act === undefined) return
  event.preventDefault()
  act()
})

/** The card that is looked at is in sight. */
const showCard = () => {
  const around = room()
  const card = around?.querySelector('.card.is-shown')
  if (around == null || card == null) return
  const [inside, at] = [around.getBoundingClientRect(), card.getBoundingClientRect()]
  if (at.left < inside.left || at.right > inside.right) around.scrollLeft += at.left - inside.left - inside.width / 3
  if (at.top < inside.top || at.bottom > inside.bottom) around.scrollTop += at.top - inside.top - inside.height / 3
}

document.addEventListener('tasker:renewed', applyZoom)
applyZoom()
showCard()
