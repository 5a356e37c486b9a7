/** Registered templates: each version stands once, with the text of its author, and is never changed. */
export interface TemplateListing {
  readonly namespace: string
  readonly name: string
  readonly version: string
  /** `sha256:<hex>` of the canonical JSON of what the text says. */
  readonly digest: string
  /** ISO 8601 in UTC. */
  readonly registeredAt: string
  readonly registeredBy: string
  /** By what they proved it: `key:<id>`, or `jwt:<issuer>#<subject>`; null where they did not. */
  readonly registeredVia: string | null
}

export interface RegisteredTemplate extends TemplateListing {
  /** YAML or JSON, as it was registered. */
  readonly text: string
}

export interface TemplateStore {
  /** Stores a version that is not there yet. Resolves to what then stands under it, which may be another text. */
  registerTemplate(template: Omit<RegisteredTemplate, 'registeredAt'>, nowMs: number): Promise<RegisteredTemplate>
  readTemplate(namespace: string, name: string, version: string): Promise<RegisteredTemplate | undefined>
  /** By namespace and name; the versions of one in the order in which they were registered. */
  listTemplates(filter: {
    readonly namespace?: string
    readonly name?: string
  }): Promise<ReadonlyArray<TemplateListing>>
}
