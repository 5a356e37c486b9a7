-- Keys and logins beside the log.

-- name: addKey
insert into tasker.api_keys (id, name, digest, scopes, namespaces, created_at, created_by, created_via, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict do nothing
returning id

-- name: findKey
select id, name, digest, scopes, namespaces, created_at, created_by, created_via, expires_at, last_used_at, revoked_at,
  revoked_by, revoked_via, revoke_reason
from tasker.api_keys
where id = $1

-- name: listKeys
select id, name, digest, scopes, namespaces, created_at, created_by, created_via, expires_at, last_used_at, revoked_at,
  revoked_by, revoked_via, revoke_reason
from tasker.api_keys
order by created_at desc, id
limit $1

-- name: revokeKey
update tasker.api_keys
set revoked_at = $2, revoked_by = $3, revoked_via = $4, revoke_reason = $5
where id = $1 and revoked_at is null
returning id

-- name: keyUsed
-- Seldom: a row that every request wrote would be one that all requests wait for.
update tasker.api_keys
set last_used_at = $2
where id = $1 and revoked_at is null and (last_used_at is null or last_used_at <= $3)

-- name: addLogin
insert into tasker.logins (digest, actor, via, key_id, scopes, namespaces, groups, created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: findLogin
select digest, actor, via, key_id, scopes, namespaces, groups, created_at, expires_at
from tasker.logins
where digest = $1

-- name: endLogin
delete from tasker.logins where digest = $1

-- name: dropLogins
delete from tasker.logins where expires_at < $1
