-- name: findMigrations
select to_regclass('tasker.migrations') is not null as exist

-- name: highestMigration
select coalesce(max(number), 0)::integer as number from tasker.migrations

-- name: appliedMigrations
select number from tasker.migrations order by number

-- name: lockMigrations
-- Whoever comes second waits here, and then finds everything applied.
select pg_advisory_lock(hashtextextended('tasker migrate', 0))

-- name: unlockMigrations
select pg_advisory_unlock(hashtextextended('tasker migrate', 0))

-- name: createSchema
create schema if not exists tasker

-- name: createMigrations
create table if not exists tasker.migrations (
  number integer not null,
  name text not null,
  applied_at timestamptz not null default clock_timestamp(),
  constraint migrations_number_is_unique primary key (number)
)

-- name: begin
begin

-- name: recordMigration
insert into tasker.migrations (number, name) values ($1, $2)

-- name: commit
commit

-- name: rollback
rollback
