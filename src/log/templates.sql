-- The registry of templates: written once for each version, never changed.

-- name: registerTemplate
-- A version that is there already stays as it is; whoever registers it looks afterwards at what stands there.
insert into tasker.templates (namespace, name, version, digest, text, registered_at, registered_by, registered_via)
values ($1, $2, $3, $4, $5, to_timestamp($6::double precision / 1000), $7, $8)
on conflict do nothing

-- name: readTemplate
select namespace, name, version, digest, text, registered_by, registered_via,
  to_char(registered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as registered_at
from tasker.templates
where namespace = $1 and name = $2 and version = $3

-- name: listTemplates
-- Without their texts, in the order in which each was registered.
select namespace, name, version, digest, registered_by, registered_via,
  to_char(registered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as registered_at
from tasker.templates
where ($1::text is null or namespace = $1) and ($2::text is null or name = $2)
order by namespace, name, templates.registered_at, version
