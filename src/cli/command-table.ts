/** Every command there is, in the order of the help. */
import type { Command } from './command.js'
import { catalogListCommand } from './commands/catalog-list.js'
import { catalogSchemaCommand } from './commands/catalog-schema.js'
import { catalogShowCommand } from './commands/catalog-show.js'
import { configCommand } from './commands/config.js'
import { doctorCommand } from './commands/doctor.js'
import { fragmentValidateCommand } from './commands/fragment-validate.js'
import { migrateCommand } from './commands/migrate.js'
import { templateValidateCommand } from './commands/template-validate.js'
import { templateVisualizeCommand } from './commands/template-visualize.js'

export const COMMANDS: ReadonlyArray<Command> = [
  templateValidateCommand,
  templateVisualizeCommand,
  fragmentValidateCommand,
  catalogListCommand,
  catalogShowCommand,
  catalogSchemaCommand,
  migrateCommand,
  doctorCommand,
  configCommand,
]
