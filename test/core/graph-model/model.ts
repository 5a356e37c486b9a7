/**
 * The rules of the graph (DESIGN, section 5, rules 1 to 4 and 7) a second time, as slowly and as plainly as they can be
 * written: everything is worked out anew from what has happened so far, by following edges and nothing else. The core
 * is held against it; it shares no code with the core.
 */
import type { Settlement } from '../../../src/core/settlement.js'
import { Edges, type ModelStep } from './edges.js'

export type { ModelStep } from './edges.js'

/** What a step that ran came to. A decision step that completes names what it creates. */
export type Happened =
  | { readonly step: string; readonly came: 'completed' }
  | { readonly step: string; readonly came: 'failed' }
  | { readonly step: string; readonly came: 'decided'; readonly create: ReadonlyArray<string> }
  | Intervention

/** What a person did to a step, whenever they did it. */
export interface Intervention {
  readonly step: string
  readonly came: 'resolved' | 'skipped' | 'reset'
}

export const isIntervention = (happened: Happened): happened is Intervention =>
  happened.came === 'resolved' || happened.came === 'skipped' || happened.came === 'reset'

export interface Picture {
  /** How each step settled, or `open` where that is not known yet. */
  readonly settlements: ReadonlyMap<string, Settlement | 'open'>
  /** Steps that may run now, in the order of the template. */
  readonly ready: ReadonlyArray<string>
  /** Convergence steps that had nothing to converge and said `on_empty: skip`, and what people skipped. */
  readonly skipped: ReadonlyArray<string>
  /** Decision steps whose decision was refused. */
  readonly refused: ReadonlyArray<string>
  readonly status: 'open' | 'complete' | 'blocked'
  /** What a person may do now. */
  readonly interventions: ReadonlyArray<Intervention>
}

/** What the rules say of a template after these steps came to this, in this order. */
export const picture = (steps: ReadonlyArray<ModelStep>, history: ReadonlyArray<Happened>): Picture => {
  const task = new Task(steps)
  for (const happened of history) task.take(happened)
  const settlements = new Map(steps.map(({ name }) => [name, task.settlement(name)]))
  const ready = steps.filter(({ name }) => task.isReady(name)).map(({ name }) => name)
  const everybody = steps.flatMap(({ name }) =>
    (['resolved', 'skipped', 'reset'] as const).map((came): Intervention => ({ step: name, came })),
  )
  const finished = ready.length === 0 && [...settlements.values()].every((settlement) => settlement !== 'open')
  const status = !finished ? 'open' : task.everyFailureIsAbsorbed() ? 'complete' : 'blocked'
  return {
    settlements,
    ready,
    interventions: status === 'complete' ? [] : everybody.filter((one) => task.may(one)),
    skipped: steps.filter(({ name }) => task.isSkipped(name) || task.wasSkipped(name)).map(({ name }) => name),
    refused: [...task.refused],
    status,
  }
}

class Task extends Edges {
  private readonly came = new Map<string, 'completed' | 'failed' | 'resolved' | 'skipped'>()
  /** Steps that a decision named or brought along. */
  private readonly created = new Set<string>()
  readonly refused = new Set<string>()

  take(happened: Happened): void {
    this.happen(happened)
    for (const { name } of this.steps) {
      if (this.created.has(name) || !this.isRevived(name)) continue
      this.create(this.bringsAlong([], [name]))
    }
  }

  private happen(happened: Happened): void {
    if (happened.came === 'reset') {
      this.came.delete(happened.step)
      return
    }
    if (happened.came === 'resolved' && this.isDecision(happened.step)) {
      // It has decided for nothing.
      this.happen({ step: happened.step, came: 'decided', create: [] })
      this.came.set(happened.step, 'resolved')
      return
    }
    if (happened.came !== 'decided') {
      this.came.set(happened.step, happened.came)
      return
    }
    const convergences = this.steps
      .map(({ name }) => name)
      .filter((name) => this.isConvergence(name) && this.nearestDecisions(name).includes(happened.step))
      // One that a person has settled meanwhile goes on by itself.
      .filter((name) => !this.came.has(name))
    const brought = this.bringsAlong(happened.create, convergences)
    if (this.isRefused(happened.step, happened.create, brought)) {
      this.refused.add(happened.step)
      this.came.set(happened.step, 'failed')
      return
    }
    this.came.set(happened.step, 'completed')
    this.create(brought)
  }

  private create(names: Iterable<string>): void {
    for (const name of names) this.created.add(name)
  }

  // Rule 1: what a decision creates.

  private exists(name: string): boolean {
    return this.nearestDecisions(name).length === 0 || this.created.has(name)
  }

  /**
   * What is named and the convergences of this part, with every step below those whose dependencies all exist then, up
   * to and including the next decision.
   */
  private bringsAlong(names: ReadonlyArray<string>, convergences: ReadonlyArray<string>): ReadonlySet<string> {
    const named = names.filter((name) => this.isKnown(name) && !this.isConvergence(name) && !this.exists(name))
    const brought = new Set([...named, ...convergences])
    const follows = (name: string): boolean =>
      this.step(name).dependencies.some((dependency) => brought.has(dependency) && !this.isDecision(dependency))
    const isUpToNextDecision = (name: string): boolean =>
      !this.step(name).dependencies.some((dependency) => brought.has(dependency) && this.isDecision(dependency))
    const isReachable = (name: string): boolean =>
      this.step(name).dependencies.every((dependency) => this.exists(dependency) || brought.has(dependency))
    for (let grew = true; grew; ) {
      grew = false
      for (const { name } of this.steps) {
        if (brought.has(name) || this.exists(name) || !follows(name)) continue
        if (!this.isConvergence(name) && !(isUpToNextDecision(name) && isReachable(name))) continue
        brought.add(name)
        grew = true
      }
    }
    return brought
  }

  private isRefused(decision: string, names: ReadonlyArray<string>, brought: ReadonlySet<string>): boolean {
    return names.some((name) => {
      if (!this.isKnown(name) || !this.ancestors(name).includes(decision)) return true
      const ordinary = this.step(name).dependencies.filter((dependency) => !this.isConvergence(dependency))
      return (
        !this.isConvergence(name) && ordinary.some((dependency) => !this.exists(dependency) && !brought.has(dependency))
      )
    })
  }

  // Rules 2 to 4: how a step settles.

  settlement(name: string): Settlement | 'open' {
    const came = this.came.get(name)
    if (came !== undefined) return came === 'failed' ? 'failed' : came === 'skipped' ? 'absent' : 'satisfied'
    if (this.isConvergence(name)) return this.convergenceSettles(name)
    return this.exists(name) ? this.ordinarySettles(name) : this.uncreatedSettles(name)
  }

  private ordinarySettles(name: string): Settlement | 'open' {
    const above = this.step(name).dependencies.map((dependency) => this.settlement(dependency))
    if (above.includes('failed')) return 'failed'
    if (above.includes('open')) return 'open'
    return above.includes('absent') ? 'absent' : 'open'
  }

  /**
   * A step that nobody created: what a decision could have left out above it says why. The rest of its dependencies
   * count from when it is created.
   */
  private uncreatedSettles(name: string): Settlement | 'open' {
    const above = this.step(name)
      .dependencies.filter((dependency) => this.isDecision(dependency) || this.nearestDecisions(dependency).length > 0)
      .map((dependency) => this.settlement(dependency))
    if (above.includes('failed')) return 'failed'
    return above.includes('open') ? 'open' : 'absent'
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
    if (nearest.length > 0 && nearest.every((settlement) => settlement === 'absent')) return 'nobody entered'
    if (settle(dependencies).includes('open')) return 'waits'
    const counted = (names: ReadonlyArray<string>) =>
      settle(names).map((settlement) => (settlement === 'failed' && tolerateFailures ? 'absent' : settlement))
    const branches = counted(dependencies.filter((dependency) => !this.isDecision(dependency)))
    const decisions = counted(dependencies.filter((dependency) => this.isDecision(dependency)))
    const failure = [...branches, ...decisions].includes('failed')
    const satisfied = branches.filter((branch) => branch === 'satisfied').length
    if (satisfied === 0 && !failure) return onEmpty === 'skip' ? 'skips' : 'runs'
    if (requires === 'all') return failure ? 'never runs' : 'runs'
    const created = branches.filter((branch) => branch !== 'absent').length
    const needed = requires === 'any' ? 1 : Math.max(1, Math.min(requires.quorum, created))
    return satisfied >= needed ? 'runs' : 'never runs'
  }

  /** It runs, or is skipped, though the decisions above it failed, because it tolerates that: its part goes on. */
  private isRevived(name: string): boolean {
    if (!this.isConvergence(name) || !['runs', 'skips'].includes(this.convergence(name))) return false
    const nearest = this.nearestDecisions(name).map((decision) => this.settlement(decision))
    return nearest.includes('failed') && !nearest.includes('satisfied')
  }

  isReady(name: string): boolean {
    if (this.came.has(name)) return false
    if (this.isConvergence(name)) return this.convergence(name) === 'runs'
    return this.exists(name) && this.step(name).dependencies.every((each) => this.settlement(each) === 'satisfied')
  }

  isSkipped(name: string): boolean {
    return !this.came.has(name) && this.isConvergence(name) && this.convergence(name) === 'skips'
  }

  // Hands.

  /** Nothing that has completed is taken for something else, and nothing with which somebody went on is taken back. */
  may({ step, came }: Intervention): boolean {
    const was = this.came.get(step)
    if (!this.exists(step)) return false
    if (came === 'reset') {
      if (was === undefined && !this.isSkipped(step)) return false
      const hasDecided = this.isDecision(step) && (was === 'completed' || was === 'resolved')
      return !hasDecided && !this.wentOnFrom(step)
    }
    const settlement = this.settlement(step)
    return settlement === 'open' || (settlement !== 'satisfied' && !this.wentOnFrom(step))
  }

  /** A step downstream was handed out or skipped; what only settled along passes on what it was told. */
  private wentOnFrom(name: string): boolean {
    return this.steps
      .filter((step) => step.dependencies.includes(name))
      .some((step) => this.wentOn(step.name) || this.wentOnFrom(step.name))
  }

  private wentOn(name: string): boolean {
    return this.came.has(name) || this.isReady(name) || this.isSkipped(name)
  }

  /** By a person. */
  wasSkipped(name: string): boolean {
    return this.came.get(name) === 'skipped'
  }

  // Rule 7: failures.

  everyFailureIsAbsorbed(): boolean {
    return this.steps.every(({ name }) => this.settlement(name) !== 'failed' || this.isAbsorbed(name))
  }

  /** Somebody goes on from here, and everybody who does has made up for it. */
  private isAbsorbed(name: string): boolean {
    const onwards = this.steps.filter(
      (step) =>
        step.dependencies.includes(name) &&
        (this.settlement(step.name) !== 'absent' || this.isConvergenceSkipped(step.name)),
    )
    return onwards.length > 0 && onwards.every((step) => this.absorbs(step.name))
  }

  /** It ran all the same, or a person has taken it for done. */
  private absorbs(name: string): boolean {
    if (this.settlement(name) === 'satisfied' || this.isConvergenceSkipped(name)) return true
    return (this.isConvergence(name) && this.came.has(name)) || this.isAbsorbed(name)
  }

  private isConvergenceSkipped(name: string): boolean {
    return this.isConvergence(name) && (this.isSkipped(name) || this.wasSkipped(name))
  }
}
