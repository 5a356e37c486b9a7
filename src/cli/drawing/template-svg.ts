/** A template's graph as an SVG that stands by itself: no script, no font and no address of anything else. */
import { isDeciderType } from '../../core/graph/node.js'
import type { StepDefinition, StepType } from '../../core/step.js'
import type { Template } from '../../core/template.js'
import { curve, pair, rounded } from '../../layout/curve.js'
import { type Box, type Placed, type Point, placeInLayers } from '../../layout/layered.js'

const CHARACTER = 7.6
const PADDING = 20
const LINE = 18
const BOX_HEIGHT = 2 * LINE + 16

const COLOURS: Readonly<Record<StepType, readonly [fill: string, line: string]>> = {
  standard: ['#f5f7fa', '#5b6b7f'],
  decision: ['#fff6e0', '#a56a00'],
  planning: ['#f0eaff', '#6a3fc0'],
  deferred_convergence: ['#e6f5ee', '#20744d'],
  batchable: ['#e8f1fc', '#1f5fa8'],
  batch_worker: ['#e8f1fc', '#1f5fa8'],
  gate: ['#fdecec', '#b02a30'],
}

export const templateSvg = (template: Template): string => {
  const placed = placeInLayers(template.steps.map(boxOf), arrowsOf(template))
  const byName = new Map(template.steps.map((step) => [step.name, step]))
  const [width, height] = [Math.ceil(placed.width), Math.ceil(placed.height)]
  const title = `${template.name} ${template.version}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(described(template))}</desc>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#5b6b7f"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...placed.arrows.map((arrow) => arrowSvg(arrow, byName.get(arrow.from))),
    ...placed.boxes.map((box) => boxSvg(box, byName.get(box.id))),
    '</svg>',
  ].join('\n')
}

const boxOf = ({ name, handler }: StepDefinition): Box => ({
  id: name,
  width: Math.max(name.length, handler.length) * CHARACTER + 2 * PADDING,
  height: BOX_HEIGHT,
})

const arrowsOf = ({ steps }: Template): ReadonlyArray<{ readonly from: string; readonly to: string }> =>
  steps.flatMap(({ name, dependencies }) => dependencies.map((from) => ({ from, to: name })))

/** Dotted where the step above chooses whether what is below will be. */
const arrowSvg = ({ points }: Placed['arrows'][number], from: StepDefinition | undefined): string => {
  const dashes = from !== undefined && isDeciderType(from.type) ? ' stroke-dasharray="5 4"' : ''
  return `<path d="${curve(points)}" fill="none" stroke="#5b6b7f" stroke-width="1.4"${dashes} marker-end="url(#head)"/>`
}

const boxSvg = ({ x, y, width, height, id }: Box & Point, step: StepDefinition | undefined): string => {
  const type = step?.type ?? 'standard'
  const [fill, line] = COLOURS[type]
  const round = type === 'deferred_convergence' ? height / 2 : type === 'standard' ? 6 : 2
  const corner = pair({ x: x - width / 2, y: y - height / 2 }).split(' ')
  return [
    `<g><title>${escaped(titleOf(id, type, step?.description))}</title>`,
    `<rect x="${corner[0] ?? 0}" y="${corner[1] ?? 0}" width="${rounded(width)}" height="${height}" rx="${round}" fill="${fill}" stroke="${line}" stroke-width="1.5"/>`,
    `<text x="${rounded(x)}" y="${rounded(y - 3)}" text-anchor="middle" font-size="14" font-weight="600" fill="#1a1a1a">${escaped(id)}</text>`,
    `<text x="${rounded(x)}" y="${rounded(y + LINE - 3)}" text-anchor="middle" font-size="12" fill="#44505e">${escaped(step?.handler ?? '')}</text></g>`,
  ].join('')
}

const titleOf = (name: string, type: StepType, description: string | undefined): string =>
  description === undefined ? `${name}: ${type}` : `${name}: ${type}. ${description}`

const described = ({ description, steps }: Template): string =>
  (description === '' ? '' : `${description} `) +
  steps
    .map(({ name, type, dependencies }) =>
      dependencies.length === 0 ? `${name} (${type})` : `${name} (${type}) after ${dependencies.join(', ')}`,
    )
    .join('; ')

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
