-- By what whoever registered a template, or made or revoked a key, proved who they are: `key:<id>` or
-- `jwt:<issuer>#<subject>`, null where nobody proved anything, and of what is older than this.

alter table tasker.templates add column registered_via text;

alter table tasker.api_keys
  add column created_via text,
  add column revoked_via text;

create or replace function tasker.refuse_change_of_api_keys() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.revoked_at is null
    and (new.id, new.name, new.digest, new.scopes, new.created_at, new.created_by)
      is not distinct from (old.id, old.name, old.digest, old.scopes, old.created_at, old.created_by)
    and new.created_via is not distinct from old.created_via
    and new.namespaces is not distinct from old.namespaces
    and new.expires_at is not distinct from old.expires_at
  then
    return new;
  end if;
  raise exception 'a key is used and revoked, but never changed or removed (% refused)', lower(tg_op)
    using errcode = 'restrict_violation', constraint = 'api_keys_are_immutable', table = tg_table_name, schema = tg_table_schema;
end
$$;
