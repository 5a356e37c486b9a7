-- name: table
-- One row for each status that tasks of a template ever had.
create table task_counts (
  namespace text collate "C" not null,
  template text collate "C" not null,
  status text collate "C" not null,
  tasks bigint not null default 0,
  constraint task_counts_status_is_unique_in_its_template primary key (namespace, template, status)
)
