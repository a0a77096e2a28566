/**
 * `chatd_append_3` with an outcome for each draft: `passed` are those that took no place though their stream took the others,
 * as JSON (`Passed` of ports/store.ts); null: none.
 * `p_ref`, `p_expects`: the seq of the message that a draft changes, and the position that has to be its last change. Such a
 * draft is the last of its stream in the batch. `p_nonce`, `p_print`: by them a repeat is found, within a day. The four are
 * null where no draft of the batch has one.
 */
export const APPEND_4 = `
-- Number of the stream's messages that are not there any more: removed, or too old to keep.
alter table streams add column gone bigint not null default 0;
-- Of an entry that changes a message: the seq of that one. Of a message: the position of its last change.
alter table entries add column ref bigint;
alter table entries add column changed bigint;
create index entries_ref on entries (stream_id, ref) where ref is not null;

alter table appends add column passed jsonb;

-- The message with a number; null: there is none. Numbers rise with positions, so that no index is needed: as many entries are
-- looked at as the number of the stream's entries that are no messages has binary digits.
create function chatd_message_1(p_stream bigint, p_seq bigint) returns setof entries language plpgsql stable as $$
declare
  low bigint := greatest(p_seq, (select min(e.pos) from entries e where e.stream_id = p_stream));  -- the first may be deleted
  high bigint;
  middle bigint;
begin
  select e.pos - (e.seq - p_seq) into high from entries e where e.stream_id = p_stream order by e.pos desc limit 1;
  if high is null or p_seq < 1 or high < low then
    return;
  end if;
  while low < high loop
    middle := (low + high) / 2;
    if (select e.seq from entries e where e.stream_id = p_stream and e.pos = middle) >= p_seq then
      high := middle;
    else
      low := middle + 1;
    end if;
  end loop;
  return query select * from entries e where e.stream_id = p_stream and e.pos = low and e.seq = p_seq and e.kind < 10;
end $$;

-- The number of the n-th message that is there, or would be, from 1 on.
create function chatd_nth_message_1(p_stream bigint, p_n bigint) returns bigint language sql stable as $$
  select chatd_nth_1(p_stream, p_n + f.too_old - chatd_gaps_1(p_stream, f.too_old))
    from (  -- messages before the first entry; some of them were removed before
      select greatest(0, e.seq - (e.kind < 10)::int) as too_old
        from entries e where e.stream_id = p_stream order by e.pos limit 1
    ) f
$$;

-- Gives a message another text, or removes it (null): nothing of what it said before stays. Its change is the stream's last entry.
create function chatd_change_message_1(p_stream bigint, p_seq bigint, p_body text) returns void language plpgsql as $$
declare
  its_pos bigint := (select m.pos from chatd_message_1(p_stream, p_seq) m);
  change_pos bigint := (select max(e.pos) from entries e where e.stream_id = p_stream);
begin
  if p_body is not null then
    update entries e set body = p_body, changed = change_pos where e.stream_id = p_stream and e.pos = its_pos;
  else
    update entries e set kind = 9, author_id = null, author = '', body = '', changed = change_pos
     where e.stream_id = p_stream and e.pos = its_pos;
    update streams s set gone = s.gone + 1 where s.id = p_stream;
    perform chatd_add_gap_1(p_stream, p_seq);
  end if;
  update entries e set body = '' where e.stream_id = p_stream and e.ref = p_seq and e.kind = 13 and e.pos < change_pos;
end $$;

create function chatd_append_4(
  node bigint, nr bigint, p_version bigint, p_mark bigint[], p_mark_pos bigint[], p_mark_at bigint[], p_stream bigint[], p_rules bigint[], p_kind smallint[], p_author_id bigint[],
  p_author text[], p_body text[], p_rights jsonb[], p_ref bigint[], p_expects bigint[], p_nonce bytea[], p_print bigint[],
  out state text, out streams bigint[], out poss bigint[], out seqs bigint[], out befores bigint[], out at bigint, out passed jsonb
) language plpgsql as $$
declare
  batch_at timestamptz;
  ids bigint[];  -- the streams, each once
  its_version bigint;  -- null: the node is gone
  known appends;  -- this batch; else the next later one that is known; else null
  pass_ords bigint[] := '{}';  -- the drafts that take no place, from 1 on
  today int := chatd_day_1(clock_timestamp());
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
    passed := known.passed;
    return;
  end if;
  perform from streams s where s.id = any (case when 29 = any (p_kind) then p_stream || 0::bigint else p_stream end)
    order by s.id for no key update;  -- in one order everywhere; makes no new row version
  if p_nonce is not null then
    select coalesce(array_agg(w.ord), '{}'),
           jsonb_agg(jsonb_build_object('draft', w.ord - 1, 'why', 'repeated', 'pos', n.pos, 'seq', n.seq,
             'atMicros', (extract(epoch from n.at) * 1000000)::bigint, 'isSame', n.print = w.print) order by w.ord)
      into pass_ords, passed
      from unnest(p_stream, p_nonce, p_print) with ordinality w(stream_id, nonce, print, ord)
      join nonces n on n.day = any (array[today - 1, today, today + 1]) and n.stream_id = w.stream_id and n.nonce = w.nonce;
  end if;
  if p_ref is not null then
    select pass_ords || coalesce(array_agg(w.ord), '{}'),
           nullif(coalesce(passed, '[]') || coalesce(jsonb_agg(jsonb_build_object('draft', w.ord - 1, 'why', w.why)), '[]'), '[]')
      into pass_ords, passed
      from (
        select c.ord, case when m.pos is null or m.kind = 9 then 'no-such-message'
                 when c.expects <> coalesce(m.changed, m.pos) then 'changed-meanwhile' end as why
          from unnest(p_stream, p_ref, p_expects) with ordinality c(stream_id, ref, expects, ord)
          left join lateral chatd_message_1(c.stream_id, c.ref) m on true
         where c.ref is not null and c.ord <> all (pass_ords)
      ) w where w.why is not null;
  end if;
  with want as (  -- a new snapshot: sees all up to the locks
    select t.*, row_number() over w as i, count(*) filter (where t.kind < 10) over w as m
      from unnest(p_stream, p_rules, p_kind, p_author_id, p_author, p_body, p_ref, p_nonce, p_print)
        with ordinality as t(stream_id, rules, kind, author_id, author, body, ref, nonce, print, ord)
     where t.ord <> all (pass_ords)
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
         select w.stream_id from unnest(p_stream, p_rules) w(stream_id, rules)
           join streams r on r.id = w.stream_id where w.rules <> r.rules))
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
    insert into entries (stream_id, pos, seq, at, kind, author_id, author, body, ref)
    select top.id, top.pos + w.i, top.seq + w.m, moment.at, w.kind, w.author_id, w.author, w.body, w.ref
      from want w join top on top.id = w.stream_id cross join moment
  ), noted as (
    insert into nonces (day, stream_id, nonce, print, pos, seq, at)
    select chatd_day_1(moment.at), top.id, w.nonce, w.print, top.pos + w.i, top.seq + w.m, moment.at
      from want w join top on top.id = w.stream_id cross join moment where w.nonce is not null
  )
  select array_agg(id), array_agg(pos), array_agg(seq), array_agg((extract(epoch from top.at) * 1000000)::bigint),
         (select moment.at from moment)
    into streams, poss, seqs, befores, batch_at from top;
  -- Of streams that took nothing, nothing was passed either.
  if passed is not null then
    select jsonb_agg(p order by (p->>'draft')::int) into passed from jsonb_array_elements(passed) p
     where p_stream[(p->>'draft')::int + 1] = any (chatd_append_4.streams);
  end if;
  if p_ref is not null then
    perform chatd_change_message_1(c.stream_id, c.ref, case when c.kind = 13 then c.body end)
       from unnest(p_stream, p_ref, p_kind, p_body) with ordinality c(stream_id, ref, kind, body, ord)
      where c.ref is not null and c.ord <> all (pass_ords) and c.stream_id = any (chatd_append_4.streams);
  end if;
  if p_nonce is not null then
    delete from nonces where ctid = any (array(
      select n.ctid from nonces n where n.day < today - 1 order by n.day limit 2 * cardinality(p_nonce) for update skip locked));
  end if;
  if 10 = any (p_kind) then
    update rooms r set topic = t.body
      from (
        select distinct on (stream_id) stream_id, body
          from unnest(p_stream, p_kind, p_body) with ordinality as u(stream_id, kind, body, ord)
         where kind = 10 and ord <> all (pass_ords) and stream_id = any (chatd_append_4.streams) order by stream_id, ord desc
      ) t where r.id = t.stream_id;
  end if;
  if p_rights is not null then
    update streams s set rules = s.rules + 1, rights = t.rights, closed = t.kind = 29
      from unnest(p_stream, p_kind, p_rights) with ordinality t(stream_id, kind, rights, ord)
     where t.kind between 20 and 29 and t.ord <> all (pass_ords) and s.id = t.stream_id and s.id = any (chatd_append_4.streams);
  end if;
  if 29 = any (p_kind) then
    update rooms r set destroyed = true from unnest(p_stream, p_kind) t(stream_id, kind)
     where t.kind = 29 and r.id = t.stream_id and r.id = any (streams);
    perform chatd_count_ended_rooms_1(array(
      select t.stream_id from unnest(p_stream, p_kind) t(stream_id, kind) where t.kind = 29 and t.stream_id = any (streams)));
    perform chatd_tell_1(31::smallint, t.stream_id::text) from unnest(p_stream, p_kind) t(stream_id, kind)
      join rooms r on r.id = t.stream_id and r.application_id = 0
      where t.kind = 29 and t.stream_id = any (streams);
  end if;
  insert into appends (node_id, batch, at, poss, unnumbered, passed)
    select node, nr, batch_at, array_agg(t.pos order by i.ord), array_agg(t.pos - t.seq order by i.ord), chatd_append_4.passed
      from unnest(ids) with ordinality i(id, ord) left join unnest(streams, poss, seqs) t(id, pos, seq) on t.id = i.id;
  at := (extract(epoch from batch_at) * 1000000)::bigint;
end $$;
`;
