/**
 * Times tell the pasts of a database apart, and ids are times, so none may come again after a restore. While the clock
 * of the server is behind what is stored, a time follows the last one by a random number of microseconds.
 */
export const MOMENTS = `
create function chatd_moment_1(last timestamptz) returns timestamptz language sql as $$
  select case
    when last >= clock_timestamp() then last + (1 + floor(random() * 1000)) * interval '1 microsecond'
    else clock_timestamp() end
$$;

create function chatd_micros_1(last bigint) returns bigint language sql as $$
  select (extract(epoch from chatd_moment_1(to_timestamp(0) + last * interval '1 microsecond')) * 1000000)::bigint
$$;

create or replace function chatd_tell_1(p_kind smallint, p_body text) returns void language sql as $$
  insert into entries (stream_id, pos, seq, at, kind, author, body)
  select 0, coalesce(l.pos, 0) + 1, coalesce(l.seq, 0), chatd_moment_1(l.at), p_kind, 'chatd', p_body
    from (select) one
    left join lateral (select pos, seq, at from entries where stream_id = 0 order by pos desc limit 1) l on true
$$;

create or replace function chatd_next_roster_1(node bigint) returns bigint language sql as $$
  update nodes n set roster = chatd_micros_1(n.roster) where n.id = node returning n.roster
$$;
`;
