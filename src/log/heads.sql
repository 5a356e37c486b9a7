-- name: head
select stream, version, encode(hash, 'hex') as hash, status, namespace, template, open, holders::text[] as holders
from tasker.heads
where stream = $1

-- name: heads
-- In the order of their streams, which is the order in which they were made.
select stream, version, encode(hash, 'hex') as hash, status, namespace, template, open, holders::text[] as holders
from tasker.heads
where ($1::boolean is null or open = $1)
  and ($2::text is null or status = $2)
  and ($3::text is null or stream > $3)
order by stream
limit $4

-- name: openHeads
-- Spelt out, so that the partial index of open streams is used whatever the plan.
select stream, version, encode(hash, 'hex') as hash, status, namespace, template, open, holders::text[] as holders
from tasker.heads
where open
  and ($1::text is null or status = $1)
  and ($2::text is null or stream > $2)
order by stream
limit $3

-- name: findByIdentity
select stream from tasker.identities where key = $1
