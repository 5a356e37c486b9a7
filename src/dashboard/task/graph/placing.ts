/**
 * Where cards stand. A layout takes up to a fifth of a second and depends on the shape of a graph alone, not on how its
 * steps stand: the last ones are kept, so that a page that follows its task, or a history that is scrubbed, is placed once.
 */
import { type Arrow, type Box, type Placed, placeInLayers } from '../../../layout/layered.js'

const KEPT_LAYOUTS = 200

const kept = new Map<string, Placed>()

export const placed = (boxes: ReadonlyArray<Box>, arrows: ReadonlyArray<Arrow>): Placed => {
  const sizes = boxes.map(({ id, width, height }) => ({ id, width, height }))
  const key = JSON.stringify([
    sizes.map((box) => [box.id, box.width, box.height]),
    arrows.map(({ from, to }) => [from, to]),
  ])
  const found = kept.get(key) ?? placeInLayers(sizes, arrows)
  kept.delete(key)
  kept.set(key, found)
  const oldest = kept.size > KEPT_LAYOUTS ? kept.keys().next().value : undefined
  if (oldest !== undefined) kept.delete(oldest)
  return found
}
