/** The graph of the model: a template's steps and the edges between them, followed one by one, each time anew. */
import type { StepDefinition } from '../../../src/core/step.js'

export type ModelStep = Pick<
  StepDefinition,
  'name' | 'type' | 'dependencies' | 'requires' | 'tolerateFailures' | 'onEmpty'
>

export class Edges {
  constructor(protected readonly steps: ReadonlyArray<ModelStep>) {}

  /** The decisions above a step with no other decision between, through convergences too. */
  protected nearestDecisions(name: string): ReadonlyArray<string> {
    return this.step(name).dependencies.flatMap((dependency) =>
      this.isDecision(dependency) ? [dependency] : this.nearestDecisions(dependency),
    )
  }

  protected step(name: string): ModelStep {
    const step = this.steps.find((each) => each.name === name)
    if (step === undefined) throw new Error(`the model was asked for ${name}, which is no step`)
    return step
  }

  protected isKnown(name: string): boolean {
    return this.steps.some((step) => step.name === name)
  }

  protected isDecision(name: string): boolean {
    return this.step(name).type === 'decision'
  }

  protected isConvergence(name: string): boolean {
    return this.step(name).type === 'deferred_convergence'
  }

  protected ancestors(name: string): ReadonlyArray<string> {
    return [...new Set(this.step(name).dependencies.flatMap((each) => [each, ...this.ancestors(each)]))]
  }
}
