-- What every connection is told once, after it was made. (As start-up parameters they would be refused by a pooler.)

-- name: setTimeouts
-- A statement of ours that takes this long is a fault, and holds up others.
select
  set_config('application_name', $1, false),
  set_config('lock_timeout', $2, false),
  set_config('statement_timeout', $3, false),
  set_config('idle_in_transaction_session_timeout', $4, false)

-- name: steadyPlans
-- The append's statements touch few rows by index whatever the statistics say: planned once while a table was empty,
-- they would read it whole until the next analyze.
select
  set_config('plan_cache_mode', 'force_generic_plan', false),
  set_config('enable_seqscan', 'off', false),
  set_config('enable_bitmapscan', 'off', false),
  set_config('enable_hashjoin', 'off', false),
  set_config('enable_mergejoin', 'off', false),
  set_config('jit', 'off', false)

-- name: forPages
-- A page is asked for with any of many filters: each time it is planned for those that are there.
select
  set_config('timezone', 'UTC', false),
  set_config('datestyle', 'ISO', false),
  set_config('plan_cache_mode', 'force_custom_plan', false),
  set_config('jit', 'off', false)

-- name: ping
select 1 as alive
