-- The one way in which events are written. Its arrays come in groups: p_* has one element a stream, e_* one an event
-- (e_stream is the stream's place among p_*), every other group one for each thing that it names, with its stream.
--
-- The append lock is the first statement and is held to commit, so that position order is commit order and a reader
-- may say `position > last`. (A lock inside a query is taken after its snapshot, which is no lock at all.) Every session
-- that appends therefore waits here and nowhere else, and two of them cannot deadlock.
-- What stands in the way of one stream leaves the others alone: v_clear says which of them go on.
--
-- Answers one row `landed` with the last position and the number of events written, whose positions are consecutive;
-- before it, for each stream that did not land, in this order of precedence: `conflict`, once for each event missed
-- (once with none where the head is older than expected); `duplicate` with the stream that has the identity;
-- `refused` with what refused it.
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
  inbox_stream integer[], inbox_id bigint[]
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
        else 'session_expired'
      end,
      e.position, e.version, e.id::text, e.type, e.schema_version,
      to_char(e.time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.data, e.metadata, encode(e.hash, 'hex')
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
