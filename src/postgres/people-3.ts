/**
 * As `chatd_presence_2` and `chatd_release_2`, with what is kept of people whose connections broke (`names.away`).
 *
 * `p_away`, `p_moved_away`: what is written there. `p_former`: earlier ids of the node. A claimed row with the key and the
 * session is taken over from a former id; also from any node if its person is away and the claim is not for another
 * absence: from the absence that the claim names (`p_away`), or, where it names none, from whatever is there. `refused`: an
 * object for each claim that was refused: its session; when the holder's node last renewed its lease, in microseconds; and
 * the row of the holder. `moved`: those of `p_moved` whose rows are this node's, so that they were written.
 *
 * `elsewhere`: those of the released sessions that hold a name at another node by now.
 */
export const PRESENCE_3 = `
create function chatd_presence_3(
  node bigint, nr bigint, p_version bigint, p_key text[], p_shown text[], p_session bigint[], p_address text[],
  p_since bigint[], p_rooms text[], p_moved bigint[], p_moved_rooms text[], p_away text[], p_moved_away text[],
  p_former bigint[],
  out state text, out before bigint, out roster bigint, out held bigint[], out refused jsonb, out moved bigint[]
) language plpgsql as $$
begin
  state := chatd_people_state_1(node, nr, p_version);
  if state is not null then
    return;
  end if;
  select n.roster into before from nodes n where n.id = node;
  -- In one order everywhere: other nodes take over rows of this one.
  perform from names n
    where n.key = any (p_key || array(select m.key from names m where m.session_id = any (p_moved)))
    order by n.key for no key update;
  with done as (
    update names n set rooms = m.rooms::jsonb, away = m.away::jsonb
      from unnest(p_moved, p_moved_rooms, p_moved_away) m(session_id, rooms, away)
     where n.session_id = m.session_id and n.node_id + 0 = node  -- by session: a node has thousands of them
    returning n.session_id
  )
  select array_agg(d.session_id) into moved from done d;
  -- Nodes tell of people in any order: whoever moves from one to another is told of by a later version.
  update nodes n set roster = last.roster
    from (select max(h.roster) as roster from unnest(p_key, p_session) c(key, session_id)
            join names t on t.key = c.key and t.session_id = c.session_id join nodes h on h.id = t.node_id) last
   where n.id = node and n.roster < last.roster;
  update names n set node_id = node, shown = c.shown, address = c.address, rooms = c.rooms::jsonb, away = c.away::jsonb
    from unnest(p_key, p_shown, p_session, p_address, p_rooms, p_away) c(key, shown, session_id, address, rooms, away)
   where n.key = c.key and n.session_id = c.session_id
     and (n.node_id = any (p_former)
       or n.away ->> 'until' is not null and c.away::jsonb ->> 'until' is null
          and (c.away is null or n.away - 'until' = c.away::jsonb - 'until'));
  insert into names (key, shown, session_id, node_id, address, since, rooms, away)
    select t.key, t.shown, t.session_id, node, t.address, t.since, t.rooms::jsonb, t.away::jsonb
      from unnest(p_key, p_shown, p_session, p_address, p_since, p_rooms, p_away)
        t(key, shown, session_id, address, since, rooms, away)
     order by t.key
    on conflict (key) do nothing;
  held := array(
    select n.session_id from unnest(p_key, p_session, p_away) c(key, session_id, away)
      join names n on n.key = c.key and n.session_id = c.session_id
     where n.node_id + 0 = node and (n.away ->> 'until' is null or c.away::jsonb ->> 'until' is not null));
  if cardinality(held) < cardinality(p_key) then  -- somebody was refused
    select jsonb_agg(jsonb_build_object('session', c.session_id,
        'renewed', (extract(epoch from h.renewed_at) * 1000000)::bigint, 'holder', to_jsonb(n)))
      into refused
      from unnest(p_key, p_session) c(key, session_id)
      join names n on n.key = c.key join nodes h on h.id = n.node_id
     where c.session_id <> all (held);
  end if;
  roster := chatd_next_roster_1(node);
  state := 'done';
end $$;

create function chatd_release_3(
  node bigint, nr bigint, p_version bigint, p_session bigint[],
  out state text, out before bigint, out roster bigint, out elsewhere bigint[]
) language plpgsql as $$
begin
  select r.state, r.before, r.roster into state, before, roster from chatd_release_2(node, nr, p_version, p_session) r;
  if state = 'done' then
    elsewhere := array(select n.session_id from names n where n.session_id = any (p_session));
  end if;
end $$;
`;

/**
 * Removes dead nodes, if this one has renewed for a whole lease, up to now: after an outage, or when the clock of the
 * database was set back, no node is dead. (A sweep that was sent before the outage may run after it, before any node
 * has renewed.) A renewal that is more than a lease in the future was made before the clock was set back.
 *
 * `p_until` null: the people of the dead nodes end with them, and are the `ended`. Else they are away until then, in
 * microseconds since 1970, and this node takes over their rows: what was said after the last renewal of their node may not
 * have reached them.
 */
export const SWEEP = `
create function chatd_sweep_1(node bigint, p_until bigint, out dead bigint[], out ended bigint[]) language plpgsql as $$
begin
  dead := array(
    select n.id from nodes n
     where not n.renewed_at between clock_timestamp() - n.lease and clock_timestamp() + n.lease
       and exists (
         select from nodes me
          where me.id = node and me.up_since + me.lease < clock_timestamp()
            and me.renewed_at between clock_timestamp() - me.lease and clock_timestamp())
     order by n.id for update skip locked);
  if cardinality(dead) = 0 then
    return;
  end if;
  if p_until is null then
    ended := array(select n.session_id from names n where n.node_id = any (dead));
  else
    -- Locked first, as by every write of its people. Whoever is taken over is told of by a later version.
    update nodes n set roster = chatd_micros_1(greatest(n.roster, (select max(d.roster) from nodes d where d.id = any (dead))))
     where n.id = node;
    perform from names n where n.node_id = any (dead) order by n.key for update;  -- in one order everywhere
    update names n set node_id = node, rooms = '{}', away = case
        when n.away ->> 'until' is not null then n.away
        else coalesce(n.away, jsonb_build_object(
          'rooms', (select coalesce(jsonb_agg(r.key::bigint order by r.value::bigint, r.key::bigint), '[]')
                      from jsonb_each_text(n.rooms) r),
          'current', (select r.key::bigint from jsonb_each_text(n.rooms) r
                       order by r.value::bigint desc, r.key::bigint desc limit 1),
          'others', null,
          'seen', (extract(epoch from h.renewed_at) * 1000000)::bigint)) || jsonb_build_object('until', p_until)
        end
      from nodes h where h.id = n.node_id and n.node_id = any (dead);
  end if;
  delete from nodes n where n.id = any (dead);
end $$;
`;

/** `names.away`; and what words of return are made with, one for all nodes. */
export const AWAY = `
-- What somebody left whose connection broke; null: nothing. rooms: ids, in the order of joining; current: the room talked in;
-- others: rooms beside those with rights, null: unknown; seen: what was said later may not have arrived; until: when the
-- time to come back is over, null: they are back, and not in all their rooms yet. Both in microseconds since 1970.
alter table names add column away jsonb;
alter table chatd_schema
  add column return_key text not null default gen_random_uuid()::text || gen_random_uuid()::text;
`;
