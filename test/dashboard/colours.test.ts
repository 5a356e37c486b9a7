/** Every colour of words is told from its ground by those who see little of it: 4.5 to 1, in the light and in the dark. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packageRoot } from '../../src/package-root.js'

const test = suite('the colours')

const css = readFileSync(join(packageRoot, 'src/dashboard/assets/dashboard.css'), 'utf8')

const tokens = new Map(
  [...css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }] as const,
  ),
)

const channel = (value: number): number => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)

/** WCAG 2.2, relative luminance. */
const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    channel(Number.parseInt(colour.slice(at, at + 2), 16) / 255),
  )
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const contrast = (one: string, other: string): number => {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((left, right) => right - left)
  return (light + 0.05) / (dark + 0.05)
}

const TONES = ['good', 'busy', 'wait', 'ask', 'bad', 'still']

const PAIRS: ReadonlyArray<readonly [words: string, ground: string]> = [
  ...['text', 'text-soft', 'text-faint', 'accent', 'accent-hover', 'bad'].flatMap((words) =>
    ['ground', 'surface', 'hover'].map((ground) => [words, ground] as const),
  ),
  ...['text', 'text-soft', 'text-faint', 'good', 'bad'].map((words) => [words, 'sunken'] as const),
  ['accent', 'accent-soft'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ...TONES.map((tone) => [tone, `${tone}-soft`] as const),
  ...TONES.map((tone) => ['text', `${tone}-soft`] as const),
]

const AT_LEAST = 4.5

test('words are told from their ground', () => {
  const weak: string[] = []
  for (const [words, ground] of PAIRS) {
    const [front, back] = [tokens.get(words), tokens.get(ground)]
    assert.ok(front !== undefined && back !== undefined, `${words} on ${ground} are colours`)
    for (const light of ['light', 'dark'] as const) {
      const ratio = contrast(front[light], back[light])
      if (ratio < AT_LEAST) weak.push(`${words} on ${ground} in the ${light}: ${ratio.toFixed(2)}`)
    }
  }
  assert.equal(weak, [])
})

test('the measure knows black on white, and grey on grey', () => {
  assert.is(contrast('#000000', '#ffffff'), 21)
  assert.is(contrast('#777777', '#777777'), 1)
})

test.run()
