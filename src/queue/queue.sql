-- name: ping
-- Fails with 3D000 where the database does not exist.
select 1

-- name: createDatabase
-- A database's name cannot be a parameter, so the server itself quotes it into the statement that is then run.
select format('create database %I', $1::text) as statement
