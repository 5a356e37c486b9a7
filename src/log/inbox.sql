-- name: readInbox
select id, kind, stream, data from tasker.inbox where id > $2 order by id limit $1

-- name: dropInbox
delete from tasker.inbox where id = any ($1::bigint[])

-- name: createInboxRow
-- Runs on a user's own connection, in the user's own transaction.
insert into tasker.inbox (kind, stream, data) values ($1, $2, $3) returning id
