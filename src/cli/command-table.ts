/** Every command there is, in the order of the help. */
import type { Command } from './command.js'
import { auditCommand } from './commands/audit.js'
import { auditExportCommand } from './commands/audit-export.js'
import { auditHeadsCommand } from './commands/audit-heads.js'
import { auditVerifyCommand } from './commands/audit-verify.js'
import { catalogListCommand } from './commands/catalog-list.js'
import { catalogSchemaCommand } from './commands/catalog-schema.js'
import { catalogShowCommand } from './commands/catalog-show.js'
import { completionCommand } from './commands/completion.js'
import { configCommand } from './commands/config.js'
import { devCommand } from './commands/dev.js'
import { dlqListCommand, dlqResolveCommand, dlqShowCommand } from './commands/dlq.js'
import { doctorCommand } from './commands/doctor.js'
import { evalPlannerCommand } from './commands/eval-planner.js'
import { eventsCommand } from './commands/events.js'
import { forkCommand } from './commands/fork.js'
import { fragmentValidateCommand } from './commands/fragment-validate.js'
import { gateApproveCommand, gateListCommand, gateRejectCommand } from './commands/gate.js'
import { gateEditCommand } from './commands/gate-edit.js'
import { gateShowCommand } from './commands/gate-show.js'
import { keysCreateCommand, keysListCommand, keysRevokeCommand } from './commands/keys.js'
import { migrateCommand } from './commands/migrate.js'
import { mirrorEventStoreDbCommand } from './commands/mirror-eventstoredb.js'
import { planCommand } from './commands/plan.js'
import { plannerMetricsCommand } from './commands/planner-metrics.js'
import {
  projectionsCancelCommand,
  projectionsListCommand,
  projectionsRebuildCommand,
  projectionsVerifyCommand,
} from './commands/projections.js'
import { provenanceCommand } from './commands/provenance.js'
import { replayCommand } from './commands/replay.js'
import { runCommand } from './commands/run.js'
import {
  scheduleAddCommand,
  scheduleListCommand,
  schedulePauseCommand,
  scheduleRemoveCommand,
  scheduleResumeCommand,
  scheduleShowCommand,
} from './commands/schedule.js'
import { serveCommand } from './commands/serve.js'
import {
  stepCompleteCommand,
  stepResetCommand,
  stepResolveCommand,
  stepRetryCommand,
  stepSkipCommand,
} from './commands/step-hands.js'
import {
  subscriptionsListCommand,
  subscriptionsParkedCommand,
  subscriptionsReplayCommand,
  subscriptionsSkipCommand,
} from './commands/subscriptions.js'
import { taskCreateCommand } from './commands/task-create.js'
import {
  taskCancelCommand,
  taskPauseCommand,
  taskPriorityCommand,
  taskResumeCommand,
  taskSignalCommand,
} from './commands/task-hands.js'
import { taskListCommand } from './commands/task-list.js'
import { taskShowCommand } from './commands/task-show.js'
import { templateDiffCommand } from './commands/template-diff.js'
import { templateListCommand } from './commands/template-list.js'
import { templateRegisterCommand } from './commands/template-register.js'
import { templateShowCommand } from './commands/template-show.js'
import { templateValidateCommand } from './commands/template-validate.js'
import { templateVisualizeCommand } from './commands/template-visualize.js'
import { whyCommand } from './commands/why.js'
import { workerCommand } from './commands/worker.js'

export const COMMANDS: ReadonlyArray<Command> = [
  runCommand,
  planCommand,
  evalPlannerCommand,
  devCommand,
  workerCommand,
  serveCommand,
  gateListCommand,
  gateShowCommand,
  gateApproveCommand,
  gateRejectCommand,
  gateEditCommand,
  templateValidateCommand,
  templateVisualizeCommand,
  templateDiffCommand,
  templateRegisterCommand,
  templateListCommand,
  templateShowCommand,
  fragmentValidateCommand,
  taskCreateCommand,
  taskListCommand,
  taskShowCommand,
  whyCommand,
  taskCancelCommand,
  taskPauseCommand,
  taskResumeCommand,
  taskPriorityCommand,
  taskSignalCommand,
  stepRetryCommand,
  stepResetCommand,
  stepResolveCommand,
  stepCompleteCommand,
  stepSkipCommand,
  dlqListCommand,
  dlqShowCommand,
  dlqResolveCommand,
  scheduleAddCommand,
  scheduleListCommand,
  scheduleShowCommand,
  schedulePauseCommand,
  scheduleResumeCommand,
  scheduleRemoveCommand,
  eventsCommand,
  auditCommand,
  auditExportCommand,
  auditVerifyCommand,
  auditHeadsCommand,
  provenanceCommand,
  plannerMetricsCommand,
  replayCommand,
  forkCommand,
  mirrorEventStoreDbCommand,
  subscriptionsListCommand,
  subscriptionsParkedCommand,
  subscriptionsReplayCommand,
  subscriptionsSkipCommand,
  projectionsListCommand,
  projectionsRebuildCommand,
  projectionsCancelCommand,
  projectionsVerifyCommand,
  keysCreateCommand,
  keysListCommand,
  keysRevokeCommand,
  catalogListCommand,
  catalogShowCommand,
  catalogSchemaCommand,
  migrateCommand,
  doctorCommand,
  configCommand,
  completionCommand(() => COMMANDS),
]
