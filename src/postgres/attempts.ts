/**
 * Writes that are tried again: an attempt that was given up, and runs after later ones, must not take effect any more. Each
 * attempt of a node has a number; of one part of its writes, a number that is not above the last one's is `late`.
 */
export const ATTEMPTS = `
create table attempts (
  node_id bigint references nodes on delete cascade,
  part text,
  nr bigint not null,
  primary key (node_id, part)
);

-- Null: it may go on; else why not.
create function chatd_attempt_1(p_node bigint, p_part text, p_nr bigint) returns text language plpgsql as $$
begin
  perform from nodes n where n.id = p_node for key share;
  if not found then
    return 'fenced';
  end if;
  insert into attempts as a values (p_node, p_part, p_nr)
    on conflict (node_id, part) do update set nr = excluded.nr where a.nr < excluded.nr;
  return case when found then null else 'late' end;
end $$;
`;

/**
 * As `chatd_create_room_1`, by an attempt with a number. `state`: `made`, `taken`, or as of `chatd_attempt_1`.
 */
export const CREATE_ROOM_2 = `
create function chatd_create_room_2(
  node bigint, nr bigint, p_key text, p_name text, p_private boolean, p_author_id bigint, p_author text, p_rights jsonb,
  p_token text, out state text, out room bigint
) language plpgsql as $$
begin
  perform from streams where id = 0 for no key update;
  state := chatd_attempt_1(node, 'rooms', nr);
  if state is null then
    room := chatd_create_room_1(p_key, p_name, p_private, p_author_id, p_author, p_rights, p_token);
    state := case when room is null then 'taken' else 'made' end;
  end if;
end $$;
`;

/** As those of `_1`, by an attempt with a number. They return null, or as `chatd_attempt_1`. */
export const BANS_2 = `
create function chatd_put_ban_2(
  node bigint, nr bigint, p_subject text, p_until bigint, p_reason text, p_author text, p_at bigint
) returns text language plpgsql as $$
declare
  state text := chatd_attempt_1(node, 'bans', nr);
begin
  if state is null then
    perform chatd_put_ban_1(p_subject, p_until, p_reason, p_author, p_at);
  end if;
  return state;
end $$;

create function chatd_remove_ban_2(node bigint, nr bigint, p_subject text) returns text language plpgsql as $$
declare
  state text := chatd_attempt_1(node, 'bans', nr);
begin
  if state is null then
    perform chatd_remove_ban_1(p_subject);
  end if;
  return state;
end $$;
`;

/**
 * As those of `_1`, by an attempt with a number, of a node that was told `p_version` of its people last. `state`: `done`; or,
 * and nothing was done, as of `chatd_attempt_1`, or `past`: the database has a lower version, as it was restored. `refused`:
 * the sessions whose names others hold, and `renewed`: when the nodes of those renewed their leases, in microseconds.
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
    select p.before, p.roster, p.held into before, roster, held
      from chatd_presence_1(node, p_key, p_shown, p_session, p_address, p_since, p_rooms, p_moved, p_moved_rooms) p;
    select array_agg(c.session_id), array_agg((extract(epoch from h.renewed_at) * 1000000)::bigint) into refused, renewed
      from unnest(p_key, p_session) c(key, session_id)
      join names n on n.key = c.key and n.session_id <> c.session_id join nodes h on h.id = n.node_id;
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
