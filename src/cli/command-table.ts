/** Every command there is, in the order of the help. */
import type { Command } from './command.js'
import { configCommand } from './commands/config.js'
import { doctorCommand } from './commands/doctor.js'
import { migrateCommand } from './commands/migrate.js'

export const COMMANDS: ReadonlyArray<Command> = [migrateCommand, doctorCommand, configCommand]
