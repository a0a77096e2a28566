/**
 * Appends a batch: one call, which locks the id and the row of its node (shared), and then the streams in the order of
 * their ids. No row is updated by every batch.
 * `state`: `stored`, or `repeat` for the answer of an earlier attempt. With any other state nothing was stored.
 * `fenced`: the node is gone. `late`: a later batch of the node was stored, so this attempt was given up long ago.
 * `past`: the node was told a later version of its people than the database has, which was restored.
 * `p_mark`: the streams, each once, and how far the node has delivered them. A stream that has another entry there, or
 * ends before it, takes nothing. A stream that is not listed, or is at position 0, is not compared.
 * `poss` and `seqs`: where the streams stood before the batch. `befores`: the time of the entry there, in microseconds,
 * where there is one. A stream that is not listed took nothing. `at`: the time of the batch, in microseconds.
 * Kinds are those of domain/entry.ts: 20 to 29 move the rights of their stream, and are its last entry in the batch; 29
 * ends a room, and 31 tells all nodes so. `p_rights`: the rights after each such entry, and null for the other entries;
 * null where there is no such entry.
 */
export const APPEND_3 = `
create function chatd_append_3(
  node bigint, nr bigint, p_version bigint, p_mark bigint[], p_mark_pos bigint[], p_mark_at bigint[], p_stream bigint[], p_rules bigint[], p_kind smallint[], p_author_id bigint[],
  p_author text[], p_body text[], p_rights jsonb[],
  out state text, out streams bigint[], out poss bigint[], out seqs bigint[], out befores bigint[], out at bigint
) language plpgsql as $$
declare
  batch_at timestamptz;
  ids bigint[];  -- the streams, each once
  its_version bigint;  -- null: the node is gone
  known appends;  -- this batch; else the next later one that is known; else null
begin
  perform pg_advisory_xact_lock(node);  -- waits for an earlier attempt
  select n.roster into its_version from nodes n where n.id = node for key share;  -- the fence; does not block the renewal
  select * into known from appends a where a.node_id = node and a.batch >= nr order by a.batch limit 1;
  state := case
    when known.batch = nr then case when known.poss is null then 'past' else 'repeat' end
    when its_version is null then 'fenced'
    when known.batch > nr then 'late'
    when its_version < p_version then 'past'
    else 'stored' end;
  if state not in ('stored', 'repeat') then
    if state = 'past' then  -- for ever: an attempt may arrive when the node has compared its people
      insert into appends (node_id, batch, at) values (node, nr, clock_timestamp())
        on conflict do nothing;  -- an earlier attempt was refused
    end if;
    return;
  end if;
  ids := array(select distinct u from unnest(p_stream) u order by u);
  if state = 'repeat' then
    at := (extract(epoch from known.at) * 1000000)::bigint;
    select array_agg(t.id), array_agg(t.pos), array_agg(t.pos - t.unnumbered), array_agg((
             select (extract(epoch from e.at) * 1000000)::bigint from entries e where e.stream_id = t.id and e.pos = t.pos))
      into streams, poss, seqs, befores
      from unnest(ids, known.poss, known.unnumbered) t(id, pos, unnumbered) where t.pos is not null;
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
      left join unnest(p_mark, p_mark_pos, p_mark_at) k(id, pos, at) on k.id = s.id
     where s.id = any (p_stream) and not s.closed
       and s.id <> all (array(  -- their rules moved; looked for once, and not by each stream
         select w.stream_id from want w join streams r on r.id = w.stream_id where w.rules <> r.rules))
       and case  -- whether the stream has the past of the mark: as hasOtherPast of chat/past.ts
         when k.pos is null or k.pos = 0 then true
         when k.pos > coalesce(l.pos, 0) then false  -- the last entry is never deleted
         when k.pos = l.pos then k.at = (extract(epoch from l.at) * 1000000)::bigint
         else not exists (  -- an older one may be deleted
           select from entries e where e.stream_id = k.id and e.pos = k.pos
             and (extract(epoch from e.at) * 1000000)::bigint <> k.at) end
  ), moment as (  -- one for the batch: in no stream does time go back
    select chatd_moment_1(max(top.at)) as at from top
  ), put as (
    insert into entries (stream_id, pos, seq, at, kind, author_id, author, body)
    select top.id, top.pos + w.i, top.seq + w.m, moment.at, w.kind, w.author_id, w.author, w.body
      from want w join top on top.id = w.stream_id cross join moment
  )
  select array_agg(id), array_agg(pos), array_agg(seq), array_agg((extract(epoch from top.at) * 1000000)::bigint),
         (select moment.at from moment)
    into streams, poss, seqs, befores, batch_at from top;
  if 10 = any (p_kind) then
    update rooms r set topic = t.body
      from (
        select distinct on (stream_id) stream_id, body
          from unnest(p_stream, p_kind, p_body) with ordinality as u(stream_id, kind, body, ord)
         where kind = 10 and stream_id = any (chatd_append_3.streams) order by stream_id, ord desc
      ) t where r.id = t.stream_id;
  end if;
  if p_rights is not null then
    update streams s set rules = s.rules + 1, rights = t.rights, closed = t.kind = 29
      from unnest(p_stream, p_kind, p_rights) t(stream_id, kind, rights)
     where t.kind between 20 and 29 and s.id = t.stream_id and s.id = any (chatd_append_3.streams);
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
end $$;
`;
