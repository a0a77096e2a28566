/**
 * The same as `chatd_presence_1` and `chatd_release_1`, as attempts with a number. `p_version`: the last version of its
 * people that the node was told. `state`: `done`. With any other state nothing was done: what `chatd_attempt_1`
 * returns, or `past`: the database has a lower version, as it was restored. `refused`: the sessions whose names others
 * hold. `renewed`: when the nodes of those others last renewed their leases, in microseconds.
 */
export const PRESENCE_2 = `
create function chatd_people_state_1(node bigint, nr bigint, p_version bigint) returns text language plpgsql as $$
declare
  its_version bigint;
begin
  select n.roster into its_version from nodes n where n.id = node for no key update;
  return case when its_version < p_version then 'past' else chatd_attempt_1(node, 'people', nr) end;
end $$;

create function chatd_presence_2(
  node bigint, nr bigint, p_version bigint, p_key text[], p_shown text[], p_session bigint[], p_address text[],
  p_since bigint[], p_rooms text[], p_moved bigint[], p_moved_rooms text[],
  out state text, out before bigint, out roster bigint, out held bigint[], out refused bigint[], out renewed bigint[]
) language plpgsql as $$
begin
  state := chatd_people_state_1(node, nr, p_version);
  if state is null then
    -- What a restore brought back under an id that the node had before would go with that one.
    update names n set node_id = node, rooms = c.rooms::jsonb
      from unnest(p_key, p_session, p_rooms) c(key, session_id, rooms)
     where n.key = c.key and n.session_id = c.session_id and n.node_id <> node;
    select p.before, p.roster, p.held into before, roster, held
      from chatd_presence_1(node, p_key, p_shown, p_session, p_address, p_since, p_rooms, p_moved, p_moved_rooms) p;
    if cardinality(held) < cardinality(p_key) then  -- somebody was refused
      select array_agg(c.session_id), array_agg((extract(epoch from h.renewed_at) * 1000000)::bigint) into refused, renewed
        from unnest(p_key, p_session) c(key, session_id)
        join names n on n.key = c.key and n.session_id <> c.session_id join nodes h on h.id = n.node_id;
    end if;
    state := 'done';
  end if;
end $$;

create function chatd_release_2(
  node bigint, nr bigint, p_version bigint, p_session bigint[], out state text, out before bigint, out roster bigint
) language plpgsql as $$
begin
  state := chatd_people_state_1(node, nr, p_version);
  if state is null then
    select r.before, r.roster into before, roster from chatd_release_1(node, p_session) r;
    state := 'done';
  end if;
end $$;
`;
