/** Appends a batch. For nodes of version 2; replaced by `APPEND_3` (append-3.ts). */
export const APPEND_2 = `
create function chatd_append_2(
  node bigint, nr bigint, p_stream bigint[], p_rules bigint[], p_kind smallint[], p_author_id bigint[], p_author text[],
  p_body text[], p_rights jsonb[],
  out state text, out streams bigint[], out poss bigint[], out seqs bigint[], out at bigint
) language plpgsql as $$
declare
  batch_at timestamptz;
  ids bigint[];  -- the streams, each once
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
  perform from streams s where s.id = any (case when 29 = any (p_kind) then p_stream || 0::bigint else p_stream end)
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
         where kind = 10 and stream_id = any (chatd_append_2.streams) order by stream_id, ord desc
      ) t where r.id = t.stream_id;
  end if;
  if p_rights is not null then
    update streams s set rules = s.rules + 1, rights = t.rights, closed = t.kind = 29
      from unnest(p_stream, p_kind, p_rights) t(stream_id, kind, rights)
     where t.kind between 20 and 29 and s.id = t.stream_id and s.id = any (chatd_append_2.streams);
  end if;
  if 29 = any (p_kind) then
    update rooms r set destroyed = true from unnest(p_stream, p_kind) t(stream_id, kind)
     where t.kind = 29 and r.id = t.stream_id and r.id = any (streams);
    perform chatd_tell_1(31::smallint, t.stream_id::text) from unnest(p_stream, p_kind) t(stream_id, kind)
      where t.kind = 29 and t.stream_id = any (streams);
  end if;
  insert into appends (node_id, batch, at, poss, unnumbered)
    select node, nr, batch_at, array_agg(t.pos order by i.ord), array_agg(t.pos - t.seq order by i.ord)
      from unnest(ids) with ordinality i(id, ord) left join unnest(streams, poss, seqs) t(id, pos, seq) on t.id = i.id;
  at := (extract(epoch from batch_at) * 1000000)::bigint;
  state := 'stored';
end $$;
`;
