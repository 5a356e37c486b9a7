-- name: begin
begin

-- name: commit
commit

-- name: rollback
rollback
