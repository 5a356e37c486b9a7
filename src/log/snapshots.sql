-- name: saveSnapshot
-- One a stream and version of evolve; an older one never replaces a newer one.
insert into tasker.snapshots as s (stream, evolve_digest, version, hash, state)
values ($1, $2, $3, decode($4, 'hex'), $5)
on conflict (stream, evolve_digest) do update
set version = excluded.version, hash = excluded.hash, state = excluded.state
where s.version < excluded.version

-- name: loadSnapshot
select version, encode(hash, 'hex') as hash, state
from tasker.snapshots
where stream = $1 and evolve_digest = $2
