-- Databases that tests have left on the server, and what their logs hold.

-- name: keptDatabases
select datname as name from pg_database where starts_with(datname, $1) order by datname

-- name: dropDatabase
select format('drop database if exists %I with (force)', $1::text) as statement

-- name: isCurrent
select to_regclass('tasker.projections') is not null as is_current

-- name: firstEvents
select stream, id, type, schema_version as "schemaVersion", data, metadata from tasker.events where version = 1

-- name: countEvents
select count(*) as events from tasker.events
