/** Writes the reference of the catalog, `catalog/REFERENCE.md`, from the handlers' definitions. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogReference, REFERENCE_FILE } from '../catalog/reference.js'
import { packageRoot } from '../src/package-root.js'

writeFileSync(join(packageRoot, REFERENCE_FILE), catalogReference())
