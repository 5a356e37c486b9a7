-- name: attemptsOfSteps
-- What is known of some steps' attempts; a page names no more steps than it shows.
select
  step, attempt, handler,
  to_char(enqueued_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "enqueuedAt",
  to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "startedAt",
  to_char(ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "endedAt",
  to_char(waiting_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "waitingSince",
  worker, handler_version as "handlerVersion", outcome, error_code as "errorCode",
  error_message as "errorMessage"
from tasker_projections.step_timeline
where task = $1::uuid and step = any($2::text[])
order by step, attempt
limit $3::integer

-- name: attemptsInSlices
-- Attempts of many steps together, by when they began: thousands as one row of a picture.
select
  width_bucket(
    extract(epoch from coalesce(started_at, enqueued_at))::double precision * 1000, $3::double precision,
    $4::double precision, $5::integer
  ) as slice,
  count(*)::integer as attempts,
  count(*) filter (where outcome in ('failed', 'retried', 'lost'))::integer as failures,
  count(*) filter (where outcome is null)::integer as running,
  to_char(min(enqueued_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "firstAt",
  to_char(max(coalesce(ended_at, started_at, enqueued_at)) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "lastAt"
from tasker_projections.step_timeline
where task = $1::uuid and step = any($2::text[])
group by 1
order by 1
