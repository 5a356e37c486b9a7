-- How planners did lately: over the newest decisions only, so that the page costs the same whatever the log holds.

-- name: planningSums
-- They are read once, and summed in three ways. A first try is the first proposal of an attempt; what a person wrote, and
-- what a fork took over, is nobody's merit.
with lately as materialized (
  select
    coalesce(provider, '') as provider, coalesce(model, '') as model, revision, status, finding_codes, input_tokens,
    output_tokens, cache_read_tokens, cost_usd, extract(epoch from answered_at - asked_at) * 1000 as took_ms
  from tasker_projections.planning_decisions
  where by = 'planner' and not copied
  order by asked_at desc, task, version
  limit $1
)
select
  (
    select json_build_object(
      'calls', count(*),
      'firstTries', count(*) filter (where revision = 0 and status in ('accepted', 'rejected')),
      'validFirstTries', count(*) filter (where revision = 0 and status = 'accepted'),
      'revisions', count(*) filter (where revision > 0),
      'accepted', count(*) filter (where status = 'accepted'),
      'rejected', count(*) filter (where status = 'rejected'),
      'failed', count(*) filter (where status in ('failed', 'unanswered')),
      'tokens', coalesce(sum(input_tokens + output_tokens + cache_read_tokens), 0),
      'costUsd', coalesce(sum(cost_usd), 0),
      'medianMs', coalesce(percentile_cont(0.5) within group (order by took_ms), 0)
    )
    from lately
  ) as totals,
  (
    select coalesce(json_agg(json_build_object('code', code, 'count', times) order by times desc, code), '[]')
    from (
      select code, count(*) as times
      from lately
      cross join lateral unnest(finding_codes) as found (code)
      group by code
    ) counted
  ) as codes,
  (
    select coalesce(json_agg(to_json(used) order by used.calls desc), '[]')
    from (
      select
        provider, model, count(*) as calls,
        count(*) filter (where revision = 0 and status in ('accepted', 'rejected')) as "firstTries",
        count(*) filter (where revision = 0 and status = 'accepted') as "validFirstTries",
        sum(input_tokens) as "inputTokens", sum(output_tokens) as "outputTokens",
        sum(cache_read_tokens) as "cacheReadTokens", sum(cost_usd) as "costUsd"
      from lately
      group by provider, model
    ) used
  ) as models
