/** The functions of the database. A released one never changes: its successor has another number. */

/** Appends a batch of which only the last entry may move rights. For nodes of version 1; replaced by `APPEND_2`. */
export const APPEND_1 = `
create function chatd_append_1(
  node bigint, nr bigint, p_stream bigint[], p_rules bigint[], p_kind smallint[], p_author_id bigint[], p_author text[],
  p_body text[], p_rights jsonb,
  out state text, out streams bigint[], out poss bigint[], out seqs bigint[], out at bigint
) language plpgsql as $$
declare
  batch_at timestamptz;
  ids bigint[];  -- the streams, each once
  last int := cardinality(p_stream);
  is_alive boolean;
begin
  perform pg_advisory_xact_lock(node);  -- waits for an earlier attempt
  perform from nodes n where n.id = node for key share;  -- the fence; does not block the renewal
  is_alive := found;
  ids := array(select distinct u from unnest(p_stream) u order by u);
  select 'repeat', (extract(epoch from a.at) * 1000000)::bigint, array_agg(t.id), array_agg(t.pos),
         array_agg(t.pos - t.unnumbered)
    into state, at, streams, poss, seqs
    from appends a left join unnest(ids, a.poss, a.unnumbered) t(id, pos, unnumbered) on t.pos is not null
   where a.node_id = node and a.batch = nr group by a.at;
  if found then
    if streams[1] is null then
      streams := null;
    end if;
    return;
  elsif not is_alive then
    state := 'fenced';
    return;
  end if;
  perform from streams s where s.id = any (case when p_kind[last] = 29 then p_stream || 0::bigint else p_stream end)
    order by s.id for no key update;  -- in one order everywhere; makes no new row version
  with want as (  -- a new snapshot: sees all up to the locks
    select t.*, row_number() over w as i, count(*) filter (where t.kind < 10) over w as m
      from unnest(p_stream, p_rules, p_kind, p_author_id, p_author, p_body)
        with ordinality as t(stream_id, rules, kind, author_id, author, body, ord)
    window w as (partition by t.stream_id order by t.ord)
  ), top as (
    select s.id, coalesce(l.pos, 0) as pos, coalesce(l.seq, 0) as seq, l.at
      from streams s
      left join lateral (
        select e.pos, e.seq, e.at from entries e where e.stream_id = s.id order by e.pos desc limit 1
      ) l on true
     where s.id = any (p_stream) and not s.closed
       and not exists (select from want w where w.stream_id = s.id and w.rules <> s.rules)
  ), moment as (  -- one for the batch: in no stream does time go back
    select greatest(max(top.at), clock_timestamp()) as at from top
  ), put as (
    insert into entries (stream_id, pos, seq, at, kind, author_id, author, body)
    select top.id, top.pos + w.i, top.seq + w.m, moment.at, w.kind, w.author_id, w.author, w.body
      from want w join top on top.id = w.stream_id cross join moment
  )
  select (select array_agg(id) from top), (select array_agg(pos) from top), (select array_agg(seq) from top), moment.at
    into streams, poss, seqs, batch_at from moment;
  if 10 = any (p_kind) then
    update rooms r set topic = t.body
      from (
        select distinct on (stream_id) stream_id, body
          from unnest(p_stream, p_kind, p_body) with ordinality as u(stream_id, kind, body, ord)
         where kind = 10 and stream_id = any (chatd_append_1.streams) order by stream_id, ord desc
      ) t where r.id = t.stream_id;
  end if;
  if p_kind[last] between 20 and 29 and p_stream[last] = any (streams) then
    update streams s set rules = s.rules + 1, rights = p_rights, closed = p_kind[last] = 29 where s.id = p_stream[last];
    if p_kind[last] = 29 then
      update rooms r set destroyed = true where r.id = p_stream[last];
      perform chatd_tell_1(31::smallint, p_stream[last]::text);
    end if;
  end if;
  insert into appends (node_id, batch, at, poss, unnumbered)
    select node, nr, batch_at, array_agg(t.pos order by i.ord), array_agg(t.pos - t.seq order by i.ord)
      from unnest(ids) with ordinality i(id, ord) left join unnest(streams, poss, seqs) t(id, pos, seq) on t.id = i.id;
  at := (extract(epoch from batch_at) * 1000000)::bigint;
  state := 'stored';
end $$;

-- An entry of the stream of the whole server, whose row is locked.
create function chatd_tell_1(p_kind smallint, p_body text) returns void language sql as $$
  insert into entries (stream_id, pos, seq, at, kind, author, body)
  select 0, coalesce(l.pos, 0) + 1, coalesce(l.seq, 0), greatest(l.at, clock_timestamp()), p_kind, 'chatd', p_body
    from (select) one
    left join lateral (select pos, seq, at from entries where stream_id = 0 order by pos desc limit 1) l on true
$$;
`;

/** Makes a room, or finds the one of an earlier attempt with the token. Returns its id; null: the name is taken. */
export const CREATE_ROOM = `
create function chatd_create_room_1(
  p_key text, p_name text, p_private boolean, p_author_id bigint, p_author text, p_rights jsonb, p_token text
) returns bigint language plpgsql as $$
declare
  made bigint;
  token text;
begin
  perform from streams where id = 0 for no key update;
  select r.id, e.body into made, token
    from rooms r left join entries e on e.stream_id = r.id and e.pos = 1 where r.key = p_key and not r.destroyed;
  if found then
    return case when token = p_token then made end;
  end if;
  insert into streams (rights) values (p_rights) returning id into made;
  insert into rooms (id, key, name, private) values (made, p_key, p_name, p_private);
  insert into entries (stream_id, pos, seq, at, kind, author_id, author, body)
    values (made, 1, 0, clock_timestamp(), 11, p_author_id, p_author, p_token);
  perform chatd_tell_1(30::smallint, made::text);
  return made;
end $$;
`;

/**
 * Deletes up to `p_limit` entries older than `p_before` from the streams from `p_from` on; of a stream's last entry
 * only the content. `next`: the stream to go on from; null: none. Does nothing while another node does this.
 */
export const PRUNE = `
create function chatd_prune_1(p_before timestamptz, p_from bigint, p_limit int, out entries bigint, out next bigint)
language plpgsql as $$
declare
  stream bigint;
  looked int := 0;
  changed int;
begin
  entries := 0;
  if not pg_try_advisory_xact_lock(1667784051) then
    return;
  end if;
  for stream in select id from streams where id >= p_from order by id limit 1000 loop
    delete from entries e where e.stream_id = stream and e.pos in (
      select o.pos from entries o
       where o.stream_id = stream and o.at < p_before
         and o.pos < (select max(l.pos) from entries l where l.stream_id = stream)
       order by o.pos limit p_limit - entries);
    get diagnostics changed = row_count;
    entries := entries + changed;
    update entries e set kind = 12, author_id = null, author = '', body = ''
     where e.stream_id = stream and e.at < p_before and e.kind <> 12
       and e.pos = (select max(l.pos) from entries l where l.stream_id = stream);
    get diagnostics changed = row_count;
    entries := entries + changed;
    looked := looked + 1;
    if entries >= p_limit then
      next := stream;
      return;
    end if;
  end loop;
  if looked = 1000 then
    next := stream + 1;
  end if;
end $$;
`;

/** Bans from the server; all nodes are told of a change by the server stream. */
export const BANS = `
create function chatd_put_ban_1(p_subject text, p_until bigint, p_reason text, p_author text, p_at bigint)
returns void language plpgsql as $$
begin
  perform from streams where id = 0 for no key update;
  insert into bans (subject, until, reason, author, at) values (p_subject, p_until, p_reason, p_author, p_at)
    on conflict (subject) do update set until = p_until, reason = p_reason, author = p_author, at = p_at;
  perform chatd_tell_1(34::smallint, '');
end $$;

create function chatd_remove_ban_1(p_subject text) returns void language plpgsql as $$
begin
  perform from streams where id = 0 for no key update;
  delete from bans where subject = p_subject;
  if found then
    perform chatd_tell_1(34::smallint, '');
  end if;
end $$;
`;

/**
 * Takes names, and writes the rooms of a node's people. `held`: the sessions that hold the names that they asked for,
 * also by an earlier attempt. `before` and `roster`: the version of these people before and after; null: the node is
 * gone, and nothing was done. Versions are times, so that none comes twice after a restore.
 */
export const PRESENCE = `
create function chatd_presence_1(
  node bigint, p_key text[], p_shown text[], p_session bigint[], p_address text[], p_since bigint[], p_rooms text[],
  p_moved bigint[], p_moved_rooms text[], out before bigint, out roster bigint, out held bigint[]
) language plpgsql as $$
begin
  select n.roster into before from nodes n where n.id = node for no key update;
  if not found then
    return;
  end if;
  insert into names (key, shown, session_id, node_id, address, since, rooms)
    select t.key, t.shown, t.session_id, node, t.address, t.since, t.rooms::jsonb
      from unnest(p_key, p_shown, p_session, p_address, p_since, p_rooms)
        t(key, shown, session_id, address, since, rooms)
     order by t.key  -- in one order everywhere
    on conflict (key) do nothing;
  update names n set rooms = m.rooms::jsonb
    from unnest(p_moved, p_moved_rooms) m(session_id, rooms)
   where n.session_id = m.session_id and n.node_id + 0 = node;  -- by session: a node has thousands of them
  held := array(
    select n.session_id from unnest(p_key, p_session) c(key, session_id)
      join names n on n.key = c.key and n.session_id = c.session_id);
  roster := chatd_next_roster_1(node);
end $$;

create function chatd_release_1(node bigint, p_session bigint[], out before bigint, out roster bigint)
language plpgsql as $$
begin
  select n.roster into before from nodes n where n.id = node for no key update;
  delete from names where key in (
    select n.key from names n where n.node_id + 0 = node and n.session_id = any (p_session) order by n.key for update);
  roster := chatd_next_roster_1(node);
end $$;

create function chatd_next_roster_1(node bigint) returns bigint language sql as $$
  update nodes n set roster = greatest(n.roster + 1, (extract(epoch from clock_timestamp()) * 1000000)::bigint)
   where n.id = node returning n.roster
$$;
`;
