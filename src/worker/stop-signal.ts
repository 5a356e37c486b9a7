/**
 * Tells one attempt that it must stop: its time is over, it was cancelled, or its lease was lost. Most attempts end
 * before anybody asks, so the AbortSignal that handlers are given is made only when it is looked at.
 */
export class StopSignal {
  #controller: AbortController | undefined
  #reason: Error | undefined
  readonly #listeners: Array<(reason: Error) => void> = []

  get stopped(): boolean {
    return this.#reason !== undefined
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    return this.#controller.signal
  }

  /** The first reason counts. */
  stop(reason: Error): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#controller?.abort(reason)
    for (const listener of this.#listeners) listener(reason)
  }

  onStop(listener: (reason: Error) => void): void {
    if (this.#reason !== undefined) listener(this.#reason)
    else this.#listeners.push(listener)
  }
}
