/**
 * The template and the recorded answers of the demonstration, as they stand in the catalog. Both name the country
 * service by its usual port; where that is taken, the text is rewritten here, in memory, before anybody reads it.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root.js'
import { USUAL_HOST } from './country-service.js'

export interface DemoFiles {
  /** YAML. */
  readonly template: string
  /** JSON: what a recorded planner plays. */
  readonly answers: string
  readonly input: { readonly records_url: string; readonly service_url: string }
}

export const demoFiles = (host: string): DemoFiles => ({
  template: read('life-expectancy.yaml', host),
  answers: read('life-expectancy.recorded.json', host),
  input: { records_url: `http://${host}/gapminder.json`, service_url: `http://${host}` },
})

const read = (name: string, host: string): string =>
  readFileSync(join(packageRoot, 'catalog', 'templates', name), 'utf8').replaceAll(USUAL_HOST, host)
