-- name: installation
select id::text as id from tasker.installation
