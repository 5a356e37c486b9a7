/**
 * The rules of the graph (DESIGN, section 5, rules 1 to 4 and 7) a second time, as slowly and as plainly as they can be
 * written: everything is worked out anew from what has happened so far, by following edges and nothing else. The core
 * is held against it; it shares no code with the core.
 */
import type { Settlement } from '../../../src/core/settlement.js'
import type { StepDefinition } from '../../../src/core/step.js'

export type ModelStep = Pick<
  StepDefinition,
  'name' | 'type' | 'dependencies' | 'requires' | 'tolerateFailures' | 'onEmpty'
>

/** What a step that ran came to. A decision step that completes names what it creates. */
export type Happened =
  | { readonly step: string; readonly came: 'completed' }
  | { readonly step: string; readonly came: 'failed' }
  | { readonly step: string; readonly came: 'decided'; readonly create: ReadonlyArray<string> }

export interface Picture {
  /** How each step settled, or `open` where that is not known yet. */
  readonly settlements: ReadonlyMap<string, Settlement | 'open'>
  /** Steps that may run now, in the order of the template. */
  readonly ready: ReadonlyArray<string>
  /** Convergence steps that had nothing to converge and said `on_empty: skip`. */
  readonly skipped: ReadonlyArray<string>
  /** Decision steps whose decision was refused. */
  readonly refused: ReadonlyArray<string>
  readonly status: 'open' | 'complete' | 'blocked'
}

/** What the rules say of a template after these steps came to this, in this order. */
export const picture = (steps: ReadonlyArray<ModelStep>, history: ReadonlyArray<Happened>): Picture => {
  const task = new Task(steps)
  for (const happened of history) task.take(happened)
  const settlements = new Map(steps.map(({ name }) => [name, task.settlement(name)]))
  const ready = steps.filter(({ name }) => task.isReady(name)).map(({ name }) => name)
  const finished = ready.length === 0 && [...settlements.values()].every((settlement) => settlement !== 'open')
  return {
    settlements,
    ready,
    skipped: steps.filter(({ name }) => task.isSkipped(name)).map(({ name }) => name),
    refused: [...task.refused],
    status: !finished ? 'open' : task.everyFailureIsAbsorbed() ? 'complete' : 'blocked',
  }
}

class Task {
  private readonly came = new Map<string, 'completed' | 'failed'>()
  /** Steps that a decision named or brought along. */
  private readonly created = new Set<string>()
  readonly refused = new Set<string>()

  constructor(private readonly steps: ReadonlyArray<ModelStep>) {}

  take(happened: Happened): void {
    if (happened.came !== 'decided') {
      this.came.set(happened.step, happened.came)
      return
    }
    const brought = this.bringsAlong(happened.create)
    if (this.isRefused(happened.step, happened.create, brought)) {
      this.refused.add(happened.step)
      this.came.set(happened.step, 'failed')
      return
    }
    this.came.set(happened.step, 'completed')
    for (const name of brought) this.created.add(name)
  }

  // Rule 1: what a decision creates.

  /**
   * Steps whose being depends on a decision: those that can be reached from it without passing a convergence, which
   * joins whatever comes, or another decision, whose business they are then.
   */
  private creators(name: string): ReadonlyArray<string> {
    const above = this.step(name).dependencies.flatMap((dependency) => {
      if (this.isDecision(dependency)) return [dependency]
      return this.isConvergence(dependency) ? [] : this.creators(dependency)
    })
    return [...new Set(above)]
  }

  private exists(name: string): boolean {
    return this.isConvergence(name) || this.creators(name).length === 0 || this.created.has(name)
  }

  /** What is named, and every step below whose dependencies all exist then, up to and including the next decision. */
  private bringsAlong(names: ReadonlyArray<string>): ReadonlySet<string> {
    const brought = new Set(
      names.filter((name) => this.isKnown(name) && !this.isConvergence(name) && !this.exists(name)),
    )
    const below = (name: string): boolean =>
      this.step(name).dependencies.some((dependency) => brought.has(dependency) || below(dependency))
    const beyondNextDecision = (name: string): boolean =>
      this.ancestors(name).some((above) => this.isDecision(above) && (brought.has(above) || below(above)))
    for (let grew = true; grew; ) {
      grew = false
      for (const { name, dependencies } of this.steps) {
        if (brought.has(name) || this.exists(name) || !below(name) || beyondNextDecision(name)) continue
        if (!dependencies.every((dependency) => this.exists(dependency) || brought.has(dependency))) continue
        brought.add(name)
        grew = true
      }
    }
    return brought
  }

  private isRefused(decision: string, names: ReadonlyArray<string>, brought: ReadonlySet<string>): boolean {
    const outside = names.some((name) => !this.isKnown(name) || !this.ancestors(name).includes(decision))
    if (outside) return true
    return names.some(
      (name) =>
        !this.isConvergence(name) &&
        !this.step(name).dependencies.every((dependency) => this.exists(dependency) || brought.has(dependency)),
    )
  }

  // Rules 2 to 4: how a step settles.

  settlement(name: string): Settlement | 'open' {
    const came = this.came.get(name)
    if (came !== undefined) return came === 'completed' ? 'satisfied' : 'failed'
    if (this.isConvergence(name)) return this.convergenceSettles(name)
    return this.exists(name) ? this.ordinarySettles(name) : this.uncreatedSettles(name)
  }

  private ordinarySettles(name: string): Settlement | 'open' {
    const above = this.step(name).dependencies.map((dependency) => this.settlement(dependency))
    if (above.includes('failed')) return 'failed'
    if (above.includes('open')) return 'open'
    return above.includes('absent') ? 'absent' : 'open'
  }

  private uncreatedSettles(name: string): Settlement | 'open' {
    const creators = this.creators(name).map((creator) => this.settlement(creator))
    if (creators.includes('failed')) return 'failed'
    return creators.includes('open') ? 'open' : 'absent'
  }

  private convergenceSettles(name: string): Settlement | 'open' {
    switch (this.convergence(name)) {
      case 'waits':
      case 'runs':
        return 'open'
      case 'nobody entered':
      case 'skips':
        return 'absent'
      case 'never runs':
        return 'failed'
    }
  }

  private convergence(name: string): 'waits' | 'runs' | 'skips' | 'never runs' | 'nobody entered' {
    const { dependencies, requires = 'all', tolerateFailures = false, onEmpty = 'run' } = this.step(name)
    const settle = (names: ReadonlyArray<string>) => names.map((each) => this.settlement(each))
    const nearest = settle(this.nearestDecisions(name))
    if (settle(dependencies).includes('open')) return 'waits'
    if (nearest.length > 0 && nearest.every((settlement) => settlement === 'absent')) return 'nobody entered'
    const branches = settle(dependencies.filter((dependency) => !this.isDecision(dependency)))
    const satisfied = branches.filter((settlement) => settlement === 'satisfied').length
    const failed = tolerateFailures ? 0 : settle(dependencies).filter((settlement) => settlement === 'failed').length
    if (failed === 0 && satisfied === 0) return onEmpty === 'skip' ? 'skips' : 'runs'
    if (requires === 'all') return failed === 0 ? 'runs' : 'never runs'
    const needed =
      requires === 'any' ? 1 : Math.min(requires.quorum, branches.filter((each) => each !== 'absent').length)
    return satisfied >= needed ? 'runs' : 'never runs'
  }

  /** The decisions above a convergence with no other decision between. */
  private nearestDecisions(name: string): ReadonlyArray<string> {
    return this.step(name).dependencies.flatMap((dependency) =>
      this.isDecision(dependency) ? [dependency] : this.nearestDecisions(dependency),
    )
  }

  isReady(name: string): boolean {
    if (this.came.has(name)) return false
    if (this.isConvergence(name)) return this.convergence(name) === 'runs'
    return this.exists(name) && this.step(name).dependencies.every((each) => this.settlement(each) === 'satisfied')
  }

  isSkipped(name: string): boolean {
    return !this.came.has(name) && this.isConvergence(name) && this.convergence(name) === 'skips'
  }

  // Rule 7: failures.

  everyFailureIsAbsorbed(): boolean {
    return this.steps.every(({ name }) => this.settlement(name) !== 'failed' || this.isAbsorbed(name))
  }

  /** Somebody goes on from here, and everybody who does has made up for it. */
  private isAbsorbed(name: string): boolean {
    const onwards = this.steps.filter(
      (step) =>
        step.dependencies.includes(name) && (this.settlement(step.name) !== 'absent' || this.isSkipped(step.name)),
    )
    return onwards.length > 0 && onwards.every((step) => this.absorbs(step.name))
  }

  private absorbs(name: string): boolean {
    if (this.isConvergence(name) && (this.came.has(name) || this.isSkipped(name))) return true
    return this.isAbsorbed(name)
  }

  // Following edges.

  private step(name: string): ModelStep {
    const step = this.steps.find((each) => each.name === name)
    if (step === undefined) throw new Error(`the model was asked for ${name}, which is no step`)
    return step
  }

  private isKnown(name: string): boolean {
    return this.steps.some((step) => step.name === name)
  }

  private isDecision(name: string): boolean {
    return this.step(name).type === 'decision'
  }

  private isConvergence(name: string): boolean {
    return this.step(name).type === 'deferred_convergence'
  }

  private ancestors(name: string): ReadonlyArray<string> {
    return [...new Set(this.step(name).dependencies.flatMap((each) => [each, ...this.ancestors(each)]))]
  }
}
