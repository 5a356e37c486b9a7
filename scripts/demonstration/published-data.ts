/**
 * The data of the demonstration, read as published from the pinned development dependencies and never copied:
 * `gapminder.json` of vega-datasets (BSD-3-Clause) and the countries of world-countries (ODbL-1.0).
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root.js'

/** One record of gapminder: a country in a year. */
export interface LifeRecord {
  readonly year: number
  readonly country: string
  readonly cluster: number
  readonly pop: number
  readonly life_expect: number
  readonly fertility: number
}

/** What the country service says of a country; the area in square kilometres. */
export interface Country {
  readonly name: string
  readonly region: string
  readonly subregion: string
  readonly area: number
}

interface PublishedCountry {
  readonly name: { readonly common: string; readonly official: string }
  readonly region: string
  readonly subregion: string
  readonly area: number
}

const published = (...path: ReadonlyArray<string>): string =>
  readFileSync(join(packageRoot, 'node_modules', ...path), 'utf8')

/** The exact text of gapminder.json: 682 records of 62 countries, 1955 to 2005 in steps of five years. */
export const gapminderText = (): string => published('vega-datasets', 'data', 'gapminder.json')

export const lifeRecords = (): ReadonlyArray<LifeRecord> => JSON.parse(gapminderText())

/** Countries by their common and by their official name, each exactly as written there. */
export const countriesByName = (): ReadonlyMap<string, Country> => {
  const countries: ReadonlyArray<PublishedCountry> = JSON.parse(published('world-countries', 'countries.json'))
  const byName = new Map<string, Country>()
  for (const { name, region, subregion, area } of countries) {
    const country = { name: name.common, region, subregion, area }
    byName.set(name.common, country).set(name.official, country)
  }
  return byName
}
