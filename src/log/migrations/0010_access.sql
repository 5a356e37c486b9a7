-- Who may come in: API keys, and browsers that have logged in. Of their secrets only SHA-256 digests are kept; 256 random
-- bits cannot be guessed, so a slow hash would add nothing but work for whoever sends many requests.

create table tasker.api_keys (
  id text collate "C" not null,
  name text collate "C" not null,
  digest text collate "C" not null,
  scopes text[] not null,
  -- Null: all.
  namespaces text[],
  created_at bigint not null,
  created_by text not null,
  expires_at bigint,
  last_used_at bigint,
  revoked_at bigint,
  revoked_by text,
  revoke_reason text,
  constraint api_keys_id_is_unique primary key (id),
  constraint api_keys_digest_is_sha256 check (digest ~ '^[0-9a-f]{64}$'),
  constraint api_keys_are_for_something check (cardinality(scopes) > 0),
  constraint api_keys_namespaces_are_some check (namespaces is null or cardinality(namespaces) > 0),
  constraint api_keys_expire_after_creation check (expires_at is null or expires_at > created_at),
  constraint api_keys_revocation_has_a_name check ((revoked_at is null) = (revoked_by is null))
);

create unique index api_keys_name_is_unique on tasker.api_keys (name) where revoked_at is null;

-- Events name keys by their ids, and what was revoked stays revoked: a key that could come back was never gone.
create function tasker.refuse_change_of_api_keys() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.revoked_at is null
    and (new.id, new.name, new.digest, new.scopes, new.created_at, new.created_by)
      is not distinct from (old.id, old.name, old.digest, old.scopes, old.created_at, old.created_by)
    and new.namespaces is not distinct from old.namespaces
    and new.expires_at is not distinct from old.expires_at
  then
    return new;
  end if;
  raise exception 'a key is used and revoked, but never changed or removed (% refused)', lower(tg_op)
    using errcode = 'restrict_violation', constraint = 'api_keys_are_immutable', table = tg_table_name, schema = tg_table_schema;
end
$$;

create trigger api_keys_are_immutable before update or delete on tasker.api_keys
  for each row execute function tasker.refuse_change_of_api_keys();
alter table tasker.api_keys enable always trigger api_keys_are_immutable;

create table tasker.logins (
  digest text collate "C" not null,
  actor text not null,
  via text not null,
  key_id text collate "C",
  scopes text[] not null,
  namespaces text[],
  groups text[] not null,
  created_at bigint not null,
  expires_at bigint not null,
  constraint logins_digest_is_unique primary key (digest),
  constraint logins_digest_is_sha256 check (digest ~ '^[0-9a-f]{64}$'),
  constraint logins_key_is_known foreign key (key_id) references tasker.api_keys (id)
);

create index logins_by_expiry on tasker.logins (expires_at);
