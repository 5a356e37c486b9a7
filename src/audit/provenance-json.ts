/** Where a step comes from, as JSON: the document of `tasker provenance --json` and of the HTTP API. */
import type { Json, JsonObject } from '../core/json.js'
import { asJson, snakeCased } from '../core/snake-case.js'
import type { Link, Place, Provenance, Root } from './provenance.js'

export const provenanceAsJson = ({ links, root }: Pick<Provenance, 'links' | 'root'>) => ({
  links: links.map(linkAsJson),
  root: rootAsJson(root),
})

const linkAsJson = ({ step, type, handler, declared, created, decision }: Link) => ({
  step,
  type,
  handler,
  declared: placeAsJson(declared),
  created: created === null ? null : placeAsJson(created),
  decision: {
    ...snakeCased(decision),
    ...('because' in decision ? { because: decision.because === null ? null : placeAsJson(decision.because) } : {}),
    ...(decision.kind === 'fragment'
      ? {
          calls: decision.calls.map(
            (call, at): Json => ({ ...snakeCased(call), prompt_digest: decision.prompts[at] ?? null }),
          ),
        }
      : {}),
  },
})

const placeAsJson = (place: Place): JsonObject => snakeCased(place)

const rootAsJson = ({ created, template, input, bounds, parent, forkedFrom }: Root): JsonObject => ({
  created: placeAsJson(created),
  template: { ...template },
  input: asJson(input),
  bounds: asJson(bounds),
  parent: asJson(parent),
  forked_from: asJson(forkedFrom),
})
