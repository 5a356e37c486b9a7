-- How planners did lately: over the newest decisions only, so that the page costs the same whatever the log holds.

-- name: planningTotals
-- A first try is the first proposal of an attempt; what a person wrote, and what a fork took over, is nobody's merit.
with lately as (
  select revision, status, findings, input_tokens, output_tokens, cache_read_tokens, cost_usd, asked_at, answered_at
  from tasker_projections.planning_decisions
  where by = 'planner' and not copied
  order by asked_at desc, task, version
  limit $1
)
select
  count(*) as calls,
  count(*) filter (where revision = 0 and status in ('accepted', 'rejected')) as "firstTries",
  count(*) filter (where revision = 0 and status = 'accepted') as "validFirstTries",
  count(*) filter (where revision > 0) as revisions,
  count(*) filter (where status = 'accepted') as accepted,
  count(*) filter (where status = 'rejected') as rejected,
  count(*) filter (where status in ('failed', 'unanswered')) as failed,
  coalesce(sum(input_tokens + output_tokens + cache_read_tokens), 0)::bigint as tokens,
  coalesce(sum(cost_usd), 0)::float8 as "costUsd",
  coalesce(percentile_cont(0.5) within group (order by extract(epoch from answered_at - asked_at) * 1000), 0)::float8
    as "medianMs"
from lately

-- name: findingsByCode
with lately as (
  select finding_codes
  from tasker_projections.planning_decisions
  where by = 'planner' and not copied
  order by asked_at desc, task, version
  limit $1
)
select code, count(*) as count
from lately
cross join lateral unnest(finding_codes) as found (code)
group by code
order by count(*) desc, code

-- name: modelsUsed
with lately as (
  select provider, model, status, revision, input_tokens, output_tokens, cache_read_tokens, cost_usd
  from tasker_projections.planning_decisions
  where by = 'planner' and not copied
  order by asked_at desc, task, version
  limit $1
)
select
  coalesce(provider, '') as provider, coalesce(model, '') as model, count(*) as calls,
  count(*) filter (where revision = 0 and status in ('accepted', 'rejected')) as "firstTries",
  count(*) filter (where revision = 0 and status = 'accepted') as "validFirstTries",
  coalesce(sum(input_tokens), 0)::bigint as "inputTokens", coalesce(sum(output_tokens), 0)::bigint as "outputTokens",
  coalesce(sum(cache_read_tokens), 0)::bigint as "cacheReadTokens", coalesce(sum(cost_usd), 0)::float8 as "costUsd"
from lately
group by provider, model
order by count(*) desc
