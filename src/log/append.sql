-- The append itself is the function of migrations 0002 and 0006; this is the one call of it.

-- name: appendBatch
-- One round trip for any number of streams.
select outcome, place, detail, position, version, id, type, schema_version, time, data, metadata, hash
from tasker.append(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
  $12, $13, $14, $15, $16, $17, $18, $19,
  $20, $21, $22,
  $23, $24,
  $25, $26, $27,
  $28, $29,
  $30, $31, $32, $33, $34, $35, $36,
  $37, $38,
  $39, $40,
  $41, $42, $43, $44, $45, $46
)
