/** Handlers as planners name them, with or without `catalog:`, and which of them a step may use. */
import type { Capability, Vocabulary } from '../capability.js'
import { CATALOG_PREFIX, isCatalogHandler } from '../step.js'

/** A bare name is the catalog's where the catalog has it, else a user's callable. */
export const capabilityOf = (vocabulary: Vocabulary, handler: string): Capability | undefined =>
  isCatalogHandler(handler)
    ? vocabulary.capabilities.get(handler)
    : (vocabulary.capabilities.get(CATALOG_PREFIX + handler) ?? vocabulary.capabilities.get(handler))

/** Whether a callable may be used; where no list is given, all of the catalog. */
export const handlerRule = (
  vocabulary: Vocabulary,
  allowed: ReadonlyArray<string> | undefined,
): ((callable: string) => boolean) => {
  if (allowed === undefined) return isCatalogHandler
  const callables = new Set(allowed.map((handler) => capabilityOf(vocabulary, handler)?.callable ?? handler))
  return (callable) => callables.has(callable)
}
