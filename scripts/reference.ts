/** Writes the pages that are made of code: the catalog's reference, and the documentation of the metrics. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogReference, REFERENCE_FILE } from '../catalog/reference.js'
import { packageRoot } from '../src/package-root.js'
import { METRICS_FILE, metricsReference } from '../src/telemetry/metric-page.js'

writeFileSync(join(packageRoot, REFERENCE_FILE), catalogReference())
writeFileSync(join(packageRoot, METRICS_FILE), metricsReference())
