/** The registry of templates beside the log. */
import type { RegisteredTemplate, TemplateListing, TemplateStore } from '../ports/templates.js'
import { loadStatements } from '../sql.js'
import type { Reader } from './reader.js'

const SQL = loadStatements('src/log/templates.sql', ['registerTemplate', 'readTemplate', 'listTemplates'])

interface ListingRow {
  readonly namespace: string
  readonly name: string
  readonly version: string
  readonly digest: string
  readonly registered_at: string
  readonly registered_by: string
  readonly registered_via: string | null
}

interface TemplateRow extends ListingRow {
  readonly text: string
}

export const templateStore = (reader: Reader): TemplateStore => {
  const read = async (namespace: string, name: string, version: string): Promise<RegisteredTemplate | undefined> => {
    const [row] = await reader.query<TemplateRow>(SQL.readTemplate, [namespace, name, version])
    return row === undefined ? undefined : { ...listing(row), text: row.text }
  }
  return {
    registerTemplate: async ({ namespace, name, version, digest, text, registeredBy, registeredVia }, nowMs) => {
      const row = [namespace, name, version, digest, text, nowMs, registeredBy, registeredVia]
      await reader.query(SQL.registerTemplate, row)
      const stored = await read(namespace, name, version)
      if (stored === undefined) throw new Error(`${name} ${version} was registered and is not there`)
      return stored
    },
    readTemplate: read,
    listTemplates: async ({ namespace, name }) => {
      const rows = await reader.query<ListingRow>(SQL.listTemplates, [namespace ?? null, name ?? null])
      return rows.map(listing)
    },
  }
}

const listing = (row: ListingRow): TemplateListing => {
  const { namespace, name, version, digest, registered_at, registered_by, registered_via } = row
  const registered = { registeredAt: registered_at, registeredBy: registered_by, registeredVia: registered_via }
  return { namespace, name, version, digest, ...registered }
}
