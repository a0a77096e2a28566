/**
 * Each attempt of a node to write has a number. Within one part of its writes, an attempt is `late`, and has no effect,
 * if its number is not above the last one: it was given up.
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

/** `chatd_create_room_1` as an attempt with a number. `state`: `made`, `taken`, or what `chatd_attempt_1` returns. */
export const CREATE_ROOM_2 = `
create function chatd_create_room_2(
  node bigint, nr bigint, p_key text, p_name text, p_private boolean, p_author_id bigint, p_author text, p_rights jsonb,
  p_token text, out state text, out room bigint
) language plpgsql as $$
declare
  ids text := pg_get_serial_sequence('streams', 'id');
begin
  perform from streams where id = 0 for no key update;
  state := chatd_attempt_1(node, 'rooms', nr);
  if state is null then
    perform setval(ids, chatd_micros_1(nextval(ids)), false);
    room := chatd_create_room_1(p_key, p_name, p_private, p_author_id, p_author, p_rights, p_token);
    state := case when room is null then 'taken' else 'made' end;
  end if;
end $$;
`;

/** `chatd_put_ban_1` and `chatd_remove_ban_1` as attempts with a number. They return what `chatd_attempt_1` returns. */
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
