-- Templates by name and version, as they were registered: a version means one text for ever.

create table tasker.templates (
  namespace text collate "C" not null,
  name text collate "C" not null,
  version text collate "C" not null,
  digest text collate "C" not null,
  text text not null,
  registered_at timestamptz(3) not null,
  registered_by text not null,
  constraint templates_version_is_unique primary key (namespace, name, version),
  constraint templates_have_a_version check (version <> '')
);

create function tasker.refuse_change_of_templates() returns trigger language plpgsql as $$
begin
  raise exception 'a registered template is never changed or removed (% refused)', lower(tg_op)
    using errcode = 'restrict_violation', constraint = 'templates_are_immutable', table = tg_table_name, schema = tg_table_schema;
end
$$;

create trigger templates_are_immutable before update or delete or truncate on tasker.templates
  for each statement execute function tasker.refuse_change_of_templates();
alter table tasker.templates enable always trigger templates_are_immutable;
