-- Changes of tables that are the user's own. `:"table"` and its like stand for names from the operator's allow-list, which
-- `rows.ts` quotes and puts in; the rows come as one JSON array, and the database reads each value as its column's type.

-- name: insertRows
-- What has no key to conflict in is inserted as often as it is asked for.
insert into :"table" (:"columns")
select :"columns"
from jsonb_populate_recordset(null :: :"table", $1 :: jsonb)

-- name: insertNewRows
-- A row that stands already is left as it is.
insert into :"table" (:"columns")
select :"columns"
from jsonb_populate_recordset(null :: :"table", $1 :: jsonb)
on conflict (:"key") do nothing

-- name: upsertRows
insert into :"table" (:"columns")
select :"columns"
from jsonb_populate_recordset(null :: :"table", $1 :: jsonb)
on conflict (:"key") do update
set (:"columns") = row (:"excluded")

-- name: deleteRows
delete from :"table" as standing
using jsonb_populate_recordset(null :: :"table", $1 :: jsonb) as given
where (:"standing") = (:"given")
