/**
 * As `chatd_presence_3` (people-3.ts), with what people come back to (`names.away`, `names.place`).
 *
 * `p_away`, `p_moved_away`, `p_place`, `p_moved_place`: what is written there. `p_former`: earlier ids of the node. `p_codes`:
 * numbers of the claimed sessions' codes. A claimed row with the key and the
 * session is taken over from a former id; also from any node if its person is away and the claim is not for another
 * absence: from the absence that the claim names (`p_away`), or, where it names none, from whatever is there. `refused`: an
 * object for each claim that was refused: its session; when the holder's node last renewed its lease, in microseconds; and
 * the row of the holder. `moved`: those of `p_moved` whose rows are this node's, so that they were written.
 */
export const PRESENCE_4 = `
create function chatd_presence_4(
  node bigint, nr bigint, p_version bigint, p_key text[], p_shown text[], p_session bigint[], p_address text[],
  p_since bigint[], p_rooms text[], p_moved bigint[], p_moved_rooms text[], p_away text[], p_moved_away text[],
  p_place text[], p_moved_place text[], p_former bigint[], p_codes text[],
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
    update names n set rooms = m.rooms::jsonb, place = m.place::jsonb, away = m.away::jsonb
      from unnest(p_moved, p_moved_rooms, p_moved_place, p_moved_away) m(session_id, rooms, place, away)
     where n.session_id = m.session_id and n.node_id + 0 = node  -- by session: a node has thousands of them
    returning n.session_id
  )
  select array_agg(d.session_id) into moved from done d;
  -- Nodes tell of people in any order: whoever moves from one to another is told of by a later version.
  update nodes n set roster = last.roster
    from (select max(h.roster) as roster from unnest(p_key, p_session) c(key, session_id)
            join names t on t.key = c.key and t.session_id = c.session_id join nodes h on h.id = t.node_id) last
   where n.id = node and n.roster < last.roster;
  update names n set node_id = node, shown = c.shown, address = c.address, rooms = c.rooms::jsonb,
      place = c.place::jsonb, away = c.away::jsonb, codes = c.codes::jsonb
    from unnest(p_key, p_shown, p_session, p_address, p_rooms, p_place, p_away, p_codes)
      c(key, shown, session_id, address, rooms, place, away, codes)
   where n.key = c.key and n.session_id = c.session_id
     and (n.node_id = any (p_former)
       or n.away ->> 'until' is not null and c.away::jsonb ->> 'until' is null
          and (c.away is null or n.away - 'until' = c.away::jsonb - 'until'));
  insert into names (key, shown, session_id, node_id, address, since, rooms, place, away, codes)
    select t.key, t.shown, t.session_id, node, t.address, t.since, t.rooms::jsonb, t.place::jsonb, t.away::jsonb,
        t.codes::jsonb
      from unnest(p_key, p_shown, p_session, p_address, p_since, p_rooms, p_place, p_away, p_codes)
        t(key, shown, session_id, address, since, rooms, place, away, codes)
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
`;

/** As `chatd_sweep_1` (people-3.ts): whoever was at a dead node comes back to the place that is known of them. */
export const SWEEP_2 = `
create function chatd_sweep_2(node bigint, p_until bigint, out dead bigint[], out ended bigint[]) language plpgsql as $$
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
    update names n set node_id = node, rooms = '{}', place = null, away = case
        when n.away ->> 'until' is not null then n.away
        else coalesce(n.away, coalesce(n.place, jsonb_build_object(  -- older nodes write no place
          'rooms', (select coalesce(jsonb_agg(r.key::bigint order by r.value::bigint, r.key::bigint), '[]')
                      from jsonb_each_text(n.rooms) r),
          'current', (select r.key::bigint from jsonb_each_text(n.rooms) r
                       order by r.value::bigint desc, r.key::bigint desc limit 1),
          'knownRooms', '[]'::jsonb, 'showsTime', false, 'lastWhisperer', null, 'ignored', '[]'::jsonb)) || jsonb_build_object(
          'rights', null,
          'standing', 3,
          'code', false,
          'seen', (extract(epoch from h.renewed_at) * 1000000)::bigint)) || jsonb_build_object('until', p_until)
        end
      from nodes h where h.id = n.node_id and n.node_id = any (dead);
  end if;
  delete from nodes n where n.id = any (dead);
end $$;
`;

/**
 * Where people are, the numbers of their codes to come back, and what `people-3.ts` wrote of who is away as it is read now. No
 * node goes on with the functions of people-3.ts: what they write of absences is not understood any more.
 */
export const PLACES = `
-- place: where somebody is (Place in ports/absence.ts); null: unknown, or they are away. codes: CodeNumbers there.
-- away: what somebody left whose connection broke; null: nothing. Their place, rights: rooms with rights, null: unknown; standing; seen:
-- what was said later may not have arrived; until: when the time to come back is over, null: they are back, and not in all
-- their rooms yet (both in microseconds since 1970); code: whether nobody comes back by their address alone.
alter table names
  add column place jsonb,
  add column codes jsonb not null default '[0]';
update names set away = jsonb_build_object(
    'rooms', away -> 'rooms', 'current', away -> 'current', 'rights', away -> 'others', 'standing', 3, 'seen', away -> 'seen',
    'until', away -> 'until', 'code', false,
    'knownRooms', '[]'::jsonb, 'showsTime', false, 'lastWhisperer', null, 'ignored', '[]'::jsonb)
  where away is not null;
drop function chatd_presence_3;
drop function chatd_sweep_1;
`;
