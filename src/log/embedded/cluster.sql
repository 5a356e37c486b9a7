-- The few statements with which the embedded cluster is kept.

-- name: enterCluster
-- Whoever uses the cluster holds this lock shared, on a connection that ends with its process, however that ends.
select pg_advisory_lock_shared(5381927);

-- name: leaveCluster
-- Must come before `isLastUser`: one's own presence would stand in the way.
select pg_advisory_unlock_shared(5381927);

-- name: isLastUser
-- True when nobody holds it any more.
select pg_try_advisory_lock(5381927) as last;

-- name: missingDatabase
-- The statement that creates a database, or no row where it exists: a name cannot be a parameter of it.
select format('create database %I template template0 encoding %L', $1::text, 'UTF8') as statement
where not exists (select from pg_database where datname = $1::text);
