/**
 * What a fragment may do: the bounds it was given, made narrower by its own. Where no list of hosts or secrets is given,
 * none is allowed, and a fragment cannot give itself one.
 */
import { narrow } from '../allowance.js'
import type { Bounds } from '../bounds.js'
import type { Vocabulary } from '../capability.js'
import { isListed, type Target } from '../host.js'
import { handlerRule } from './handler-names.js'

export interface Limits {
  /** As they were given. */
  readonly given: Bounds
  /** Made narrower by the fragment's own; what applies. */
  readonly bounds: Bounds
  readonly allowsHandler: (callable: string) => boolean
  readonly allowsHost: (target: Target) => boolean
  readonly allowsSecret: (name: string) => boolean
  /** What is left of the wall clock: of that which was given, and from now on of what the fragment gives itself. */
  readonly secondsLeft: number | undefined
  readonly hosts: ReadonlyArray<string>
  readonly secrets: ReadonlyArray<string>
}

export const limitsOf = (
  given: Bounds,
  own: Bounds,
  vocabulary: Vocabulary,
  secondsLeft: number | undefined,
): Limits => {
  const allowedByBounds = handlerRule(vocabulary, given.allowed_handlers)
  const allowedByItself = own.allowed_handlers === undefined ? undefined : handlerRule(vocabulary, own.allowed_handlers)
  const hostLists = [given.allowed_hosts ?? [], ...(own.allowed_hosts === undefined ? [] : [own.allowed_hosts])]
  const secretLists = [given.allowed_secrets ?? [], ...(own.allowed_secrets === undefined ? [] : [own.allowed_secrets])]
  const secretSets = secretLists.map((list) => new Set(list))
  return {
    given,
    bounds: narrow(given, own),
    secondsLeft: narrow(
      secondsLeft === undefined ? {} : { max_wall_clock_seconds: secondsLeft },
      own.max_wall_clock_seconds === undefined ? {} : { max_wall_clock_seconds: own.max_wall_clock_seconds },
    ).max_wall_clock_seconds,
    allowsHandler: (callable) => allowedByBounds(callable) && (allowedByItself?.(callable) ?? true),
    allowsHost: (target) => hostLists.every((list) => isListed(target, list)),
    allowsSecret: (name) => secretSets.every((set) => set.has(name)),
    hosts: hostLists.at(-1) ?? [],
    secrets: secretLists.at(-1) ?? [],
  }
}
