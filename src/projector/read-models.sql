-- What projections show of one task, or in numbers.

-- name: oneTask
select
  task, namespace, template, template_version as "templateVersion", status, priority, version,
  created_at as "createdAt", started_at as "startedAt", ended_at as "endedAt", updated_at as "updatedAt",
  steps_total as "stepsTotal", steps_pending as "stepsPending", steps_queued as "stepsQueued",
  steps_running as "stepsRunning", steps_waiting as "stepsWaiting", steps_done as "stepsDone",
  steps_failed as "stepsFailed", steps_skipped as "stepsSkipped", phases, planner_calls as "plannerCalls", tokens,
  cost_usd as "costUsd", error_code as "errorCode", error_message as "errorMessage", error_step as "errorStep",
  dead_letter as "deadLetter", correlation, parent_correlation as "parentCorrelation", identity,
  parent_task as "parentTask", parent_step as "parentStep", forked_from as "forkedFrom"
from tasker_projections.task_summaries
where task = $1

-- name: taskCounts
select status, sum(tasks)::bigint as tasks
from tasker_projections.task_counts
where ($1::text[] is null or namespace = any($1)) and ($2::text is null or template = $2)
group by status

-- name: waiting
-- As far as anybody counts them.
select
  (
    select count(*)
    from (
      select 1
      from tasker_projections.gates g
      where g.status = 'open' and ($1::text[] is null or exists (
        select 1 from tasker_projections.task_summaries s where s.task = g.task and s.namespace = any($1)
      ))
      limit 1000
    ) open
  ) as gates,
  (
    select count(*)
    from (
      select 1
      from tasker_projections.dead_letters
      where ended_at is null and ($1::text[] is null or namespace = any($1))
      limit 1000
    ) standing
  ) as "deadLetters"

-- name: catalogUsage
select
  handler, handler_version as "handlerVersion", attempts, completed, handed_back as "handedBack", retried, failed, lost,
  cancelled, latency_ms as "latencyMs", queued_ms as "queuedMs",
  array[up_to_10_ms, up_to_100_ms, up_to_1_s, up_to_10_s, up_to_1_min, up_to_10_min, up_to_1_h, longer]::float8[] as counts
from tasker_projections.catalog_usage
order by handler, handler_version

-- name: templatePerformance
select
  namespace, template, template_version as "templateVersion", created, complete, error, cancelled,
  resolved_manually as "resolvedManually", blocked, steps, failed_attempts as "failedAttempts",
  planner_calls as "plannerCalls", tokens, cost_micro_usd::float8 / 1000000 as "costUsd", duration_ms as "durationMs",
  array[up_to_10_ms, up_to_100_ms, up_to_1_s, up_to_10_s, up_to_1_min, up_to_10_min, up_to_1_h, longer]::float8[] as counts
from tasker_projections.template_performance
where ($1::text[] is null or namespace = any($1)) and ($2::text is null or template = $2)
order by namespace, template, template_version
limit 1000
