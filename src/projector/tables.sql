-- Writing rows of a projection's table, making it, and putting it in another one's place. The names of tables and columns
-- are those of the projection and are put in where `:"name"` stands; values travel as one JSON text.

-- name: putRows
insert into :"table" (:"columns")
select :"columns" from json_populate_recordset(cast(null as :"table"), $1::json)
on conflict (:"key") do update set (:"columns") = row(:"excluded")

-- name: patchRows
update :"table" standing set (:"columns") = row(:"given")
from json_populate_recordset(cast(null as :"table"), $1::json) given
where (:"standing") = (:"wanted")

-- name: addRows
insert into :"table" as standing (:"columns")
select :"columns" from json_populate_recordset(cast(null as :"table"), $1::json)
on conflict (:"key") do update set (:"counts") = row(:"sums")

-- name: removeRows
delete from :"table" standing
using json_populate_recordset(cast(null as :"table"), $1::json) given
where (:"standing") = (:"wanted")

-- name: differingRow
-- The first row, by its key, in which the table is not what it should be, among the tasks above one and up to another.
select to_json(folded) as folded, to_json(standing) as standing
from (select :"columns" from json_populate_recordset(cast(null as :"table"), $1::json)) folded
full join (select :"columns" from :"table" where task > $2 and task <= $3) standing on (:"standing") = (:"wanted")
where (:"seen") is distinct from (:"fresh")
order by :"order"
limit 1

-- name: differingTotal
-- The same for rows that are of no one task.
select to_json(folded) as folded, to_json(standing) as standing
from (select :"columns" from json_populate_recordset(cast(null as :"table"), $1::json)) folded
full join (select :"columns" from :"table") standing on (:"standing") = (:"wanted")
where (:"seen") is distinct from (:"fresh")
order by :"order"
limit 1

-- name: columnsOf
select attname as name
from pg_attribute
where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
order by attnum

-- name: dropTable
drop table if exists :"table"

-- name: moveTable
alter table :"table" set schema tasker_projections

-- name: analyzeTable
-- Pages are planned by what the table holds, from the moment it serves.
analyze :"table"

-- name: writeInto
-- The names that follow are those of this schema, until the transaction ends.
select set_config('search_path', $1::text, true)

-- name: takeYourTime
-- Indexes of large tables, and a fold that is compared with one state of a table, take longer than a statement may.
select set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)

-- name: oneState
-- Everything that is read in this transaction is as it was at one moment.
set transaction isolation level repeatable read

-- name: commitLightly
-- What the server loses when it falls over, rows and checkpoint together, is projected again.
select set_config('synchronous_commit', 'off', true)
