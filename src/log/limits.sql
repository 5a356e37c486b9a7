-- name: limitUse
-- How many attempts hold a slot of each limit, and what the bucket of its rate holds now.
select n.name as limit,
  (select count(*)::integer from tasker.slots s where s.limit_name = n.name) as held,
  case when n.rate > 0 then tasker.tokens_of(n.name, n.rate, n.rate_ms, clock_timestamp()) end as tokens
from unnest($1::text[], $2::integer[], $3::bigint[]) as n (name, rate, rate_ms)
