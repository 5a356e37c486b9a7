-- Pages of what projections show. Each is planned for the values that it is asked with, so a filter that is null costs
-- nothing and one that is not finds its index. Lists go by key: `after` is the key of the last row of the page before.

-- name: newestTasks
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
where ($1::text[] is null or status = any($1))
  and ($2::text[] is null or namespace = any($2))
  and ($3::text is null or template = $3)
  and ($4::text is null or template_version = $4)
  and ($5::text is null or correlation = $5)
  and ($6::uuid is null or parent_task = $6)
  and ($7::uuid is null or forked_from = $7)
  and ($8::timestamptz is null or created_at >= $8)
  and ($9::timestamptz is null or created_at < $9)
  and ($10::boolean is null or (phases > 0) = $10)
  and ($11::timestamptz is null or (created_at, task) < ($11, $12::uuid))
order by created_at desc, task desc
limit $13

-- name: oldestTasks
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
where ($1::text[] is null or status = any($1))
  and ($2::text[] is null or namespace = any($2))
  and ($3::text is null or template = $3)
  and ($4::text is null or template_version = $4)
  and ($5::text is null or correlation = $5)
  and ($6::uuid is null or parent_task = $6)
  and ($7::uuid is null or forked_from = $7)
  and ($8::timestamptz is null or created_at >= $8)
  and ($9::timestamptz is null or created_at < $9)
  and ($10::boolean is null or (phases > 0) = $10)
  and ($11::timestamptz is null or (created_at, task) > ($11, $12::uuid))
order by created_at, task
limit $13

-- name: searchedTasks
-- By what a person has in hand: an id or its beginning ($12 to $13), a correlation, a key, or a part of a template's name
-- ($11). Templates are few, so their names are looked through, and each brings its newest tasks. What was found is an array,
-- not joined: the rows of a few hundred ids are to be fetched by them, and never by looking at all.
with named as (
  select distinct template
  from tasker_projections.template_performance
  where position(lower($11) in lower(template)) > 0
),
found as (
  select task from tasker_projections.task_summaries where task between $12::uuid and $13::uuid
  union
  select task from tasker_projections.task_summaries where correlation = $11
  union
  select task from tasker_projections.task_summaries where identity = $11
  union
  select newest.task
  from named
  cross join lateral (
    select task
    from tasker_projections.task_summaries t
    where t.template = named.template
      and ($1::text[] is null or status = any($1))
      and ($2::text[] is null or namespace = any($2))
      and ($8::timestamptz is null or created_at >= $8)
      and ($9::timestamptz is null or created_at < $9)
      and ($14::timestamptz is null or (created_at, task) < ($14, $15::uuid))
    order by created_at desc, task desc
    limit $16
  ) newest
)
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
where task = any(array(select found.task from found))
  and ($1::text[] is null or status = any($1))
  and ($2::text[] is null or namespace = any($2))
  and ($3::text is null or template = $3)
  and ($4::text is null or template_version = $4)
  and ($5::text is null or correlation = $5)
  and ($6::uuid is null or parent_task = $6)
  and ($7::uuid is null or forked_from = $7)
  and ($8::timestamptz is null or created_at >= $8)
  and ($9::timestamptz is null or created_at < $9)
  and ($10::boolean is null or (phases > 0) = $10)
  and ($14::timestamptz is null or (created_at, task) < ($14, $15::uuid))
order by created_at desc, task desc
limit $16

-- name: steps
select
  r.task, r.step, r.number, r.type, r.handler, r.created as "isCreated", r.state,
  r.open_dependencies as "openDependencies", r.ready as "isReady", r.settlement,
  last.attempt, last.started_at as "startedAt", last.ended_at as "endedAt", last.error_code as "errorCode"
from tasker_projections.readiness r
left join lateral (
  select t.attempt, t.started_at, t.ended_at, t.error_code
  from tasker_projections.step_timeline t
  where t.task = r.task and t.step = r.step
  order by t.attempt desc
  limit 1
) last on true
where r.task = $1 and ($2::text[] is null or r.state = any($2)) and ($3::integer is null or r.number > $3)
order by r.number
limit $4

-- name: convergences
select
  step, created as "isCreated", state, requires, tolerates_failures as "toleratesFailures", on_empty as "onEmpty",
  open_dependencies as "openDependencies", satisfied, absent, failed, verdict_so_far as "verdictSoFar", settlement
from tasker_projections.convergence
where task = $1 and ($2::text is null or step > $2)
order by step
limit $3

-- name: timeline
select
  step, attempt, handler, enqueued_at as "enqueuedAt", started_at as "startedAt", ended_at as "endedAt",
  waiting_since as "waitingSince", worker, handler_version as "handlerVersion", outcome, error_code as "errorCode",
  error_message as "errorMessage"
from tasker_projections.step_timeline
where task = $1 and ($2::text is null or step = $2)
  and ($3::timestamptz is null or (enqueued_at, step, attempt) > ($3, $4::text, $5::integer))
order by enqueued_at, step, attempt
limit $6

-- name: bounds
select
  phase, limits, used_steps as "usedSteps", used_phases as "usedPhases", used_planner_calls as "usedPlannerCalls",
  used_tokens as "usedTokens", used_cost_usd as "usedCostUsd", reserved_steps as "reservedSteps",
  reserved_phases as "reservedPhases", reserved_planner_calls as "reservedPlannerCalls",
  reserved_tokens as "reservedTokens", reserved_cost_usd as "reservedCostUsd"
from tasker_projections.bounds
where task = $1 and ($2::text is null or phase > $2)
order by phase
limit $3

-- name: decisionsOfTask
select
  task, version, step, attempt, call, revision, by, provider, model, status, asked_at as "askedAt",
  answered_at as "answeredAt", judged_at as "judgedAt", prompt_digest as "promptDigest",
  context_digest as "contextDigest", vocabulary_digest as "vocabularyDigest", fragment_digest as "fragmentDigest",
  reasoning, stop_reason as "stopReason", findings, finding_codes as "findingCodes", steps_created as "stepsCreated",
  input_tokens as "inputTokens", output_tokens as "outputTokens", cache_read_tokens as "cacheReadTokens",
  cache_write_tokens as "cacheWriteTokens", cost_usd as "costUsd", error_code as "errorCode",
  error_message as "errorMessage", copied as "isCopied"
from tasker_projections.planning_decisions
where task = $1
  and ($2::text is null or step = $2)
  and ($3::text[] is null or status = any($3))
  and ($4::text is null or model = $4)
  and ($5::integer is null or version > $5)
order by version
limit $6

-- name: newestDecisions
select
  task, version, step, attempt, call, revision, by, provider, model, status, asked_at as "askedAt",
  answered_at as "answeredAt", judged_at as "judgedAt", prompt_digest as "promptDigest",
  context_digest as "contextDigest", vocabulary_digest as "vocabularyDigest", fragment_digest as "fragmentDigest",
  reasoning, stop_reason as "stopReason", findings, finding_codes as "findingCodes", steps_created as "stepsCreated",
  input_tokens as "inputTokens", output_tokens as "outputTokens", cache_read_tokens as "cacheReadTokens",
  cache_write_tokens as "cacheWriteTokens", cost_usd as "costUsd", error_code as "errorCode",
  error_message as "errorMessage", copied as "isCopied"
from tasker_projections.planning_decisions
where ($1::text is null or step = $1)
  and ($2::text[] is null or status = any($2))
  and ($3::text is null or model = $3)
  and ($4::text[] is null or exists (
    select 1
    from tasker_projections.task_summaries s
    where s.task = planning_decisions.task and s.namespace = any($4)
  ))
  and ($5::timestamptz is null or (asked_at, task, version) < ($5, $6::uuid, $7::integer))
order by asked_at desc, task desc, version desc
limit $8

-- name: gates
select
  g.task, g.version, g.step, g.attempt, g.about, g.status, g.question, g.groups, g.required, g.approvals, g.rejections,
  g.digest, g.opened_at as "openedAt", g.closed_at as "closedAt", g.timeout_at as "timeoutAt",
  g.on_timeout as "onTimeout", g.escalated_at as "escalatedAt", g.reminders, g.closed_by as "closedBy",
  s.namespace, s.template
from tasker_projections.gates g
left join tasker_projections.task_summaries s on s.task = g.task
where ($1::uuid is null or g.task = $1)
  and ($2::text[] is null or g.status = any($2))
  and ($3::text[] is null or g.groups && $3)
  and ($4::text[] is null or s.namespace = any($4))
  and ($5::timestamptz is null or (g.opened_at, g.task, g.version) < ($5, $6::uuid, $7::integer))
order by g.opened_at desc, g.task desc, g.version desc
limit $8

-- name: deadLetters
select
  task, version, namespace, template, template_version as "templateVersion", reason, since, step, code, message,
  ended_at as "endedAt", resolution, resolved_by as "resolvedBy", resolution_reason as "resolutionReason"
from tasker_projections.dead_letters
where ($1::boolean is null or (ended_at is null) = $1)
  and ($2::text[] is null or namespace = any($2))
  and ($3::text is null or template = $3)
  and ($4::text is null or reason = $4)
  and ($5::uuid is null or task = $5)
  and ($6::timestamptz is null or (since, task, version) < ($6, $7::uuid, $8::integer))
order by since desc, task desc, version desc
limit $9
