/** How an error is told: to a person in a few lines on stderr, to a program as one JSON value on stdout. */
import type { Json, JsonObject } from '../core/json.js'
import type { Palette } from './output.js'
import { asUserError, type Detail, type Place, placeText } from './user-error.js'

/** An error as plain data; keys that say nothing are left out. */
export interface ErrorReport {
  readonly code: string
  readonly message: string
  readonly path?: string
  readonly step?: string
  readonly place?: Place
  readonly details?: ReadonlyArray<Detail>
  readonly remedy?: string
}

export const reportOf = (error: unknown): ErrorReport => {
  const known = asUserError(error)
  if (known === undefined) return { code: 'internal', message: error instanceof Error ? error.message : String(error) }
  const path = known.details[0]?.path
  return {
    code: known.code,
    message: known.message,
    ...(path === undefined ? {} : { path }),
    ...(known.step === undefined ? {} : { step: known.step }),
    ...(known.place === undefined ? {} : { place: known.place }),
    ...(known.details.length === 0 ? {} : { details: known.details }),
    ...(known.remedy === undefined ? {} : { remedy: known.remedy }),
  }
}

/** `error` as `--json` prints it everywhere. */
export const reportAsJson = (report: ErrorReport): JsonObject => {
  const { details, place, ...plain } = report
  return {
    ...plain,
    ...(place === undefined ? {} : { place: placeText(place) }),
    ...(details === undefined ? {} : { details: details.map(detailAsJson) }),
  }
}

const detailAsJson = (detail: Detail): Json => ({
  message: detail.message,
  ...(detail.path === undefined ? {} : { path: detail.path }),
  ...(detail.place === undefined ? {} : { place: placeText(detail.place) }),
})

export const reportLines = (report: ErrorReport, paint: Palette): ReadonlyArray<string> => [
  `${paint.red('error')} ${paint.bold(report.code)}: ${report.message}`,
  ...(report.place === undefined ? [] : [`  at ${placeText(report.place)}`]),
  ...(report.details ?? []).filter((detail) => !isToldBy(report, detail)).map((detail) => `  ${detailText(detail)}`),
  ...(report.remedy === undefined ? [] : [`  ${paint.cyan('→')} ${report.remedy}`]),
]

/** The only fault of an input is its message already, and its place stands below. */
const isToldBy = ({ message, place, details = [] }: ErrorReport, detail: Detail): boolean => {
  if (detailText(detail) === message) return true
  const isSamePlace = place !== undefined && detail.place !== undefined && placeText(place) === placeText(detail.place)
  return details.length === 1 && isSamePlace && message.endsWith(detail.message)
}

const detailText = (detail: Detail): string => {
  const place = detail.place === undefined ? '' : `${placeText(detail.place)}: `
  // A flag or a variable says which key it is.
  const isNamed = detail.place !== undefined && /^--|^[A-Z_]+$/.test(detail.place.source)
  const path = detail.path === undefined || detail.path === '' || isNamed ? '' : `${detail.path}: `
  return `${place}${path}${detail.message}`
}
