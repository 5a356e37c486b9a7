-- Limits of how many attempts of a queue or a key run at a time, and how many begin in a time. Every claim brings the
-- limits that hold for it, and takes its slots in the append, so that no two processes can pass them together.

-- One row a slot, from the claim until the append that ends its attempt.
create table tasker.slots (
  stream text collate "C" not null,
  holder text collate "C" not null,
  limit_name text collate "C" not null,
  constraint slots_are_held_once primary key (stream, holder, limit_name)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

create index slots_by_limit on tasker.slots (limit_name);

-- A bucket for each limited rate: full when it is first asked, refilled evenly, by this database's clock.
create table tasker.rates (
  limit_name text collate "C" not null,
  tokens double precision not null,
  refilled_at timestamptz not null,
  constraint rates_limit_is_unique primary key (limit_name)
) with (fillfactor = 50);

-- What a bucket holds now. A rate that was changed since is the one of the claim that asks.
create function tasker.tokens_of(p_limit text, p_rate integer, p_rate_ms bigint, p_now timestamptz)
returns double precision language sql stable as $$
  select least(p_rate, coalesce(
    (select r.tokens + greatest(0, extract(epoch from p_now - r.refilled_at)) * 1000 * p_rate / p_rate_ms
     from tasker.rates r where r.limit_name = p_limit),
    p_rate
  ))::double precision
$$;

drop function tasker.append;

-- The append of migration 0002, which says how its arrays are grouped and what it answers, with two groups more: slot_*
-- has one element for each limit of each claim (0 where it does not limit the one or the other), free_* the holders
-- whose attempts end. A stream gives back before it takes, and takes all or nothing: else it is `refused` as
-- `throttled`, with the limit in `data`, the number of claims that there was room for in `version`, and, for a rate, the
-- milliseconds until there is more in `position`.
create function tasker.append(
  p_stream text[], p_expected integer[], p_expected_hash bytea[], p_version integer[], p_hash bytea[],
  p_time timestamptz[], p_status text[], p_namespace text[], p_template text[], p_open boolean[], p_holders text[],
  e_stream integer[], e_version integer[], e_id uuid[], e_type text[], e_schema_version integer[],
  e_data text[], e_metadata text[], e_hash bytea[],
  guard_stream integer[], guard_session bigint[], guard_alive boolean[],
  identity_stream integer[], identity_key text[],
  payload_stream integer[], payload_digest text[], payload_text text[],
  remove_stream integer[], remove_key text[],
  put_stream integer[], put_key text[], put_kind text[], put_due_at bigint[], put_target text[], put_priority integer[],
  put_data text[],
  inbox_stream integer[], inbox_id bigint[],
  free_stream integer[], free_holder text[],
  slot_stream integer[], slot_holder text[], slot_limit text[], slot_concurrency integer[], slot_rate integer[],
  slot_rate_ms bigint[]
) returns table (
  outcome text, place integer, detail text, "position" bigint, version integer, id text, type text,
  schema_version integer, "time" text, data text, metadata text, hash text
) language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_streams constant integer := cardinality(p_stream);
  v_clear boolean[] := array_fill(true, array[v_streams]);
  v_set integer;
  v_rows integer;
  v_last bigint;
  v_now timestamptz;
  v_claim record;
  v_need record;
  v_in_use integer;
  v_room integer;
  -- By a stream's place: the limit that throttles it, how many claims it has room for, and in how long it has more.
  v_limit text[] := '{}';
  v_limit_room integer[] := '{}';
  v_limit_ms bigint[] := '{}';
begin
  perform pg_advisory_xact_lock(8390891723114231);

  if cardinality(guard_stream) > 0 then
    if false = any (guard_alive) then
      -- Only an append that would land ends a session; one that was renewed meanwhile stays.
      update tasker.sessions s set ended = true
      where s.id = any (guard_session) and not s.ended and s.expires_at <= clock_timestamp()
        and exists (
          select from unnest(guard_stream, guard_session, guard_alive) as g (place, session, alive)
          join tasker.heads h on h.stream = p_stream[g.place]
          where g.session = s.id and not g.alive
            and h.version = p_expected[g.place] and h.hash = p_expected_hash[g.place]
        );
    end if;
    if false = any (guard_alive)
      or exists (select from tasker.sessions s where s.id = any (guard_session) and s.ended) then
      select array_agg(not exists (
        select from unnest(guard_stream, guard_session, guard_alive) as g (place, session, alive)
        left join tasker.sessions s on s.id = g.session
        where g.place = i and (s.ended is false) <> g.alive
      ) order by i) into v_clear from generate_series(1, v_streams) i;
    end if;
  end if;

  if cardinality(free_stream) > 0 and cardinality(slot_stream) = 0 then
    delete from tasker.slots s
    using unnest(free_stream, free_holder) as g (place, holder), tasker.heads h
    where s.stream = p_stream[g.place] and s.holder = g.holder and v_clear[g.place]
      and h.stream = p_stream[g.place] and h.version = p_expected[g.place] and h.hash = p_expected_hash[g.place];
  end if;
  if cardinality(slot_stream) > 0 then
    v_now := clock_timestamp();
    -- In the order of the streams, which is that of their events: whoever reads the log never counts one too many.
    for v_claim in
      select g.*, array(
        select f.holder from unnest(free_stream, free_holder) as f (place, holder) where f.place = g.place
      ) as freed
      from (
        select u.place, array_agg(u.holder) as holders, array_agg(u.limit_name) as limits,
          array_agg(u.concurrency) as concurrency, array_agg(u.rate) as rate, array_agg(u.rate_ms) as rate_ms
        from unnest(
          slot_stream || free_stream, slot_holder, slot_limit, slot_concurrency, slot_rate, slot_rate_ms
        ) as u (place, holder, limit_name, concurrency, rate, rate_ms)
        group by u.place
      ) g
      left join tasker.heads h on h.stream = p_stream[g.place]
      where v_clear[g.place] and coalesce(h.version, 0) = p_expected[g.place]
        and coalesce(h.hash, '') = p_expected_hash[g.place]
        and not exists (
          select from unnest(identity_stream, identity_key) as k (place, key)
          join tasker.identities d on d.key = k.key
          where k.place = g.place and d.stream <> p_stream[g.place]
        )
      order by g.place
    loop
      for v_need in
        select g.limit_name, count(*)::integer as wanted, max(g.concurrency) as concurrency, max(g.rate) as rate,
          max(g.rate_ms) as rate_ms
        from unnest(v_claim.limits, v_claim.concurrency, v_claim.rate, v_claim.rate_ms)
          as g (limit_name, concurrency, rate, rate_ms)
        where g.limit_name is not null
        group by g.limit_name order by g.limit_name
      loop
        if v_need.concurrency > 0 then
          select count(*) into v_in_use from tasker.slots s
          where s.limit_name = v_need.limit_name
            and not (s.stream = p_stream[v_claim.place] and s.holder = any (v_claim.freed));
          v_room := greatest(0, v_need.concurrency - v_in_use);
          if v_room < v_need.wanted then
            v_limit[v_claim.place] := v_need.limit_name;
            v_limit_room[v_claim.place] := v_room;
            exit;
          end if;
        end if;
        if v_need.rate > 0 then
          v_room := floor(tasker.tokens_of(v_need.limit_name, v_need.rate, v_need.rate_ms, v_now));
          if v_room < v_need.wanted then
            v_limit[v_claim.place] := v_need.limit_name;
            v_limit_room[v_claim.place] := v_room;
            v_limit_ms[v_claim.place] := ceil(
              (v_room + 1 - tasker.tokens_of(v_need.limit_name, v_need.rate, v_need.rate_ms, v_now))
              * v_need.rate_ms / v_need.rate
            );
            exit;
          end if;
        end if;
      end loop;
      if v_limit[v_claim.place] is not null then
        v_clear[v_claim.place] := false;
        continue;
      end if;
      delete from tasker.slots s
      where s.stream = p_stream[v_claim.place] and s.holder = any (v_claim.freed);
      insert into tasker.slots (stream, holder, limit_name)
      select p_stream[v_claim.place], g.holder, g.limit_name
      from unnest(v_claim.holders, v_claim.limits, v_claim.concurrency) as g (holder, limit_name, concurrency)
      where g.concurrency > 0;
      insert into tasker.rates as r (limit_name, tokens, refilled_at)
      select g.limit_name, tasker.tokens_of(g.limit_name, max(g.rate), max(g.rate_ms), v_now) - count(*), v_now
      from unnest(v_claim.limits, v_claim.rate, v_claim.rate_ms) as g (limit_name, rate, rate_ms)
      where g.rate > 0
      group by g.limit_name
      on conflict (limit_name) do update
      set tokens = excluded.tokens, refilled_at = excluded.refilled_at;
    end loop;
  end if;

  if cardinality(identity_stream) > 0 then
    insert into tasker.identities (key, stream)
    select g.key, p_stream[g.place]
    from unnest(identity_stream, identity_key) as g (place, key)
    left join tasker.heads h on h.stream = p_stream[g.place]
    where v_clear[g.place] and coalesce(h.version, 0) = p_expected[g.place]
      and coalesce(h.hash, '') = p_expected_hash[g.place]
    on conflict do nothing;
    get diagnostics v_rows = row_count;
    if v_rows < cardinality(identity_stream) then
      select array_agg(v_clear[i] and not exists (
        select from unnest(identity_stream, identity_key) as g (place, key)
        join tasker.identities d on d.key = g.key
        where g.place = i and d.stream <> p_stream[i]
      ) order by i) into v_clear from generate_series(1, v_streams) i;
      -- Two of one identity in one batch: the second gives back what it was about to take.
      delete from tasker.slots s
      using unnest(identity_stream) as g (place)
      where s.stream = p_stream[g.place] and p_expected[g.place] = 0 and not v_clear[g.place];
    end if;
  end if;

  update tasker.heads h
  set version = p_version[i], hash = p_hash[i], status = p_status[i], namespace = p_namespace[i],
    template = p_template[i], open = p_open[i], holders = p_holders[i]::bigint[]
  from generate_series(1, v_streams) i
  where p_expected[i] > 0 and v_clear[i]
    and h.stream = p_stream[i] and h.version = p_expected[i] and h.hash = p_expected_hash[i];
  get diagnostics v_set = row_count;
  if v_set < v_streams then
    insert into tasker.heads (stream, version, hash, status, namespace, template, open, holders)
    select p_stream[i], p_version[i], p_hash[i], p_status[i], p_namespace[i], p_template[i], p_open[i],
      p_holders[i]::bigint[]
    from generate_series(1, v_streams) i
    where p_expected[i] = 0 and v_clear[i]
    on conflict do nothing;
    get diagnostics v_rows = row_count;
    v_set := v_set + v_rows;
  end if;

  if v_set < v_streams then
    -- Heads that this transaction wrote. (Their hash would not tell: an append that is repeated after its answer was
    -- lost finds the hash that it set before.)
    select array_agg(h.stream is not null order by i) into v_clear
    from generate_series(1, v_streams) i
    left join tasker.heads h on h.stream = p_stream[i] and h.xmin = pg_current_xact_id_if_assigned()::xid;

    return query
    select
      case
        when coalesce(h.version, 0) <> p_expected[i] then 'conflict'
        when coalesce(h.hash, '') <> p_expected_hash[i] then 'refused'
        when d.stream is not null then 'duplicate'
        else 'refused'
      end,
      i,
      case
        when coalesce(h.version, 0) <> p_expected[i] then null
        when coalesce(h.hash, '') <> p_expected_hash[i] then 'events_follow_the_hash_of_their_head'
        when d.stream is not null then d.stream
        when s.ended is false then 'session_alive'
        when v_limit[i] is not null then 'throttled'
        else 'session_expired'
      end,
      coalesce(e.position, v_limit_ms[i]), coalesce(e.version, v_limit_room[i]), e.id::text, e.type, e.schema_version,
      to_char(e.time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), coalesce(e.data, v_limit[i]), e.metadata,
      encode(e.hash, 'hex')
    from generate_series(1, v_streams) i
    left join tasker.heads h on h.stream = p_stream[i]
    left join tasker.events e on e.stream = p_stream[i] and e.version > p_expected[i]
    left join lateral (
      select d.stream from unnest(identity_stream, identity_key) as g (place, key)
      join tasker.identities d on d.key = g.key
      where g.place = i and d.stream <> p_stream[i] limit 1
    ) d on true
    left join lateral (
      select s.ended from unnest(guard_stream, guard_session, guard_alive) as g (place, session, alive)
      left join tasker.sessions s on s.id = g.session
      where g.place = i and (s.ended is false) <> g.alive limit 1
    ) s on true
    where not v_clear[i]
    order by i, e.version;
  end if;

  insert into tasker.events (stream, version, id, type, schema_version, time, data, metadata, hash)
  select p_stream[e_stream[i]], e_version[i], e_id[i], e_type[i], e_schema_version[i], p_time[e_stream[i]],
    e_data[i], e_metadata[i], e_hash[i]
  from generate_series(1, cardinality(e_stream)) i
  where v_clear[e_stream[i]];
  get diagnostics v_rows = row_count;
  if v_rows > 0 then
    v_last := currval('tasker.events_position_seq');
  else
    select max(e.position) into v_last from tasker.events e;
  end if;

  if cardinality(payload_stream) > 0 then
    insert into tasker.payloads (stream, digest, text)
    select p_stream[g.place], g.digest, g.text
    from unnest(payload_stream, payload_digest, payload_text) as g (place, digest, text)
    where v_clear[g.place]
    on conflict do nothing;
  end if;
  if cardinality(remove_stream) > 0 then
    delete from tasker.due d
    using unnest(remove_stream, remove_key) as g (place, key)
    where d.stream = p_stream[g.place] and d.key = g.key and v_clear[g.place];
  end if;
  if cardinality(put_stream) > 0 then
    insert into tasker.due as d (stream, key, kind, due_at, target, priority, data)
    select p_stream[g.place], g.key, g.kind, g.due_at, g.target, g.priority, g.data
    from unnest(put_stream, put_key, put_kind, put_due_at, put_target, put_priority, put_data)
      as g (place, key, kind, due_at, target, priority, data)
    where v_clear[g.place]
    on conflict (stream, key) do update
    set kind = excluded.kind, due_at = excluded.due_at, target = excluded.target, priority = excluded.priority,
      data = excluded.data;
  end if;
  if cardinality(inbox_stream) > 0 then
    delete from tasker.inbox b
    using unnest(inbox_stream, inbox_id) as g (place, id)
    where b.id = g.id and v_clear[g.place];
  end if;

  return query select 'landed', v_rows, null::text, v_last, null::integer, null::text, null::text, null::integer,
    null::text, null::text, null::text, null::text;
end
$$;
