/**
 * The registry: templates by name and version, so that a task can be created by naming one. A version means one text for
 * ever; a task that runs keeps what it was created from, whatever is registered later.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Vocabulary } from '../core/capability.js'
import { isJsonObject, type Json } from '../core/json.js'
import { didYouMean } from '../core/near-names.js'
import { DEFAULT_NAMESPACE } from '../core/template/parse.js'
import { latestOf, parseVersion } from '../core/template/version.js'
import type { Template } from '../core/template.js'
import type { Clock } from '../ports/clock.js'
import type { RegisteredTemplate, TemplateListing, TemplateStore } from '../ports/templates.js'
import { type TemplateError, templateOf } from './load-template.js'
import { readSourceFile } from './source-file.js'
import { parseYaml } from './yaml-source.js'

/** A template by its name; the latest release where no version is said. */
export interface TemplateName {
  readonly name: string
  /** Absent: `default`. */
  readonly namespace?: string
  readonly version?: string
}

export interface Registration {
  readonly template: Template
  readonly registered: RegisteredTemplate
  /** False where the same had been registered before. */
  readonly isNew: boolean
}

/** Who registers, and by what they proved who they are. */
export interface Registrar {
  readonly actor: string
  readonly via?: string
}

export interface Templates {
  /**
   * Registers a template from a YAML or JSON file, or from an object, checked in each of its environments. Throws
   * `TemplateRefused`: `template_version_exists` where the version stands with another meaning,
   * `template_version_invalid` where it is no semantic version; and `TemplateInvalid`.
   */
  register(source: string | Json, by: Registrar): Promise<Registration>
  /** The same for the text of a template, YAML or JSON. */
  registerText(text: string, by: Registrar): Promise<Registration>
  /** Throws `TemplateRefused` (`template_unknown`). */
  get(name: TemplateName): Promise<{ readonly template: Template; readonly registered: RegisteredTemplate }>
  list(filter?: { readonly namespace?: string; readonly name?: string }): Promise<ReadonlyArray<TemplateListing>>
}

/** A template that cannot be registered, or that nobody registered; `code` is stable. */
export class TemplateRefused extends Error {
  constructor(
    readonly code: 'template_unknown' | 'template_version_exists' | 'template_version_invalid',
    message: string,
  ) {
    super(message)
    this.name = 'TemplateRefused'
  }
}

/** A template with everything that is wrong with it. */
export class TemplateInvalid extends Error {
  readonly code = 'template_invalid'
  constructor(readonly problems: ReadonlyArray<TemplateError>) {
    super(problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('\n'))
    this.name = 'TemplateInvalid'
  }
}

export interface RegistryNeeds {
  readonly store: TemplateStore
  readonly clock: Pick<Clock, 'now'>
  readonly vocabulary: Vocabulary
  /** The environment in which tasks are created. */
  readonly environment: string | undefined
}

export const createTemplates = (needs: RegistryNeeds): Templates => ({
  register: async (source, by) => register(needs, await sourceOf(source), by),
  registerText: async (text, by) => register(needs, readText(text, 'the template'), by),
  get: async (name) => {
    const registered = await find(needs.store, name)
    return { template: readBack(registered, needs.environment), registered }
  },
  list: (filter = {}) => needs.store.listTemplates(filter),
})

interface Source {
  readonly text: string
  readonly value: Json
}

const register = async (needs: RegistryNeeds, { text, value }: Source, by: Registrar): Promise<Registration> => {
  const template = checkedEverywhere(value, needs.vocabulary)
  const { name, namespace, version, digest } = template
  if (parseVersion(version) === undefined) {
    const message = `"${version}" is no semantic version; write one as 1.2.0`
    throw new TemplateRefused('template_version_invalid', message)
  }
  const nowMs = needs.clock.now()
  const before = await needs.store.readTemplate(namespace, name, version)
  const entry = { namespace, name, version, digest, text, registeredBy: by.actor, registeredVia: by.via ?? null }
  const registered = before ?? (await needs.store.registerTemplate(entry, nowMs))
  if (registered.digest !== digest) {
    const { registeredBy, registeredAt } = registered
    throw new TemplateRefused(
      'template_version_exists',
      `${name} ${version} was registered as something else by ${registeredBy} at ${registeredAt}; give this one a new version`,
    )
  }
  return { template, registered, isNew: before === undefined }
}

const sourceOf = async (source: string | Json): Promise<Source> => {
  if (typeof source !== 'string') return { text: JSON.stringify(source, null, 2), value: source }
  const text = await readSourceFile(source)
  if (E.isLeft(text)) {
    const { fault, message } = text.left
    throw new TemplateInvalid([{ code: `template_${fault}` as const, message, path: '', file: source }])
  }
  return readText(text.right, source)
}

const readText = (text: string, file: string): Source => {
  const parsed = parseYaml(text, file)
  if (E.isLeft(parsed)) throw new TemplateInvalid(parsed.left.map((problem) => ({ ...problem, path: '' })))
  return { text, value: parsed.right.value }
}

/** An environment that is chosen later must not be the first to find out what is wrong with it. */
const checkedEverywhere = (value: Json, vocabulary: Vocabulary): Template => {
  const template = orThrow(templateOf(value, vocabulary))
  const environments = isJsonObject(value) && isJsonObject(value.environments) ? Object.keys(value.environments) : []
  for (const environment of environments) orThrow(templateOf(value, vocabulary, { environment }))
  return template
}

const find = async (store: TemplateStore, wanted: TemplateName): Promise<RegisteredTemplate> => {
  const { name, namespace = DEFAULT_NAMESPACE } = wanted
  const version = wanted.version ?? (await latestVersion(store, namespace, name))
  const found = await store.readTemplate(namespace, name, version)
  if (found !== undefined) return found
  const versions = (await store.listTemplates({ namespace, name })).map((listing) => listing.version)
  const known = versions.length === 0 ? '' : `; registered are ${versions.join(', ')}`
  throw new TemplateRefused('template_unknown', `there is no ${name} ${version} in ${namespace}${known}`)
}

const latestVersion = async (store: TemplateStore, namespace: string, name: string): Promise<string> => {
  const latest = latestOf(await store.listTemplates({ namespace, name }))
  if (latest !== undefined) return latest.version
  const names = new Set((await store.listTemplates({ namespace })).map((listing) => listing.name))
  const message = `there is no template "${name}" in ${namespace}${didYouMean(name, names)}`
  throw new TemplateRefused('template_unknown', message)
}

/** Its handlers were checked when it was registered, and need not be in the process that creates a task. */
const readBack = ({ text, name, version }: RegisteredTemplate, environment: string | undefined): Template => {
  const parsed = parseYaml(text, `${name} ${version}`)
  if (E.isLeft(parsed)) throw new TemplateInvalid(parsed.left.map((problem) => ({ ...problem, path: '' })))
  return orThrow(templateOf(parsed.right.value, undefined, { environment }))
}

const orThrow = (loaded: E.Either<ReadonlyArray<TemplateError>, Template>): Template => {
  if (E.isLeft(loaded)) throw new TemplateInvalid(loaded.left)
  return loaded.right
}
