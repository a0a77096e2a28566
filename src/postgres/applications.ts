/** Namespaces of rooms, and rooms with numbers. The same as store/sqlite/applications.ts, as attempts with numbers. */
export const APPLICATIONS = `
-- 0: main, which everybody is in. chats: number of its public rooms. token: a UUID that opens it.
create table applications (
  id bigint primary key references streams,
  key text not null,
  handle text not null,
  title text not null,
  token text,
  active boolean not null default true,
  open boolean not null default false,
  last_number bigint not null default 0,
  chats bigint not null default 0,
  ended boolean not null default false
);
create unique index applications_key on applications (key) where not ended;

alter table rooms add column application_id bigint not null default 0;
-- 1, 2, 3 … in the application, never given twice.
alter table rooms add column number bigint;
update rooms r set number = n.number
  from (select id, row_number() over (order by id) as number from rooms) n where n.id = r.id;
alter table rooms alter column number set not null;
drop index rooms_key;
create unique index rooms_key on rooms (application_id, key) where not destroyed;
create unique index rooms_number on rooms (application_id, number);

insert into applications (id, key, handle, title, open, last_number, chats)
  select 0, 'main', 'main', 'main', true, (select count(*) from rooms),
         (select count(*) from rooms where not destroyed and not private);

-- state: made, taken, or what chatd_attempt_1 returns. p_key null: the room is called by its number. p_nonce: by it, an attempt
-- finds the room that an earlier one has made.
create function chatd_create_room_3(
  node bigint, nr bigint, p_application bigint, p_key text, p_name text, p_private boolean, p_author_id bigint, p_author text,
  p_rights jsonb, p_nonce bytea, out state text, out room bigint
) language plpgsql as $$
declare
  ids text := pg_get_serial_sequence('streams', 'id');
  today int := chatd_day_1(clock_timestamp());
  its_number bigint;
  its_key text;
begin
  if p_application = 0 then
    perform from streams where id = 0 for no key update;  -- all nodes are told
  end if;
  state := chatd_attempt_1(node, 'rooms', nr);
  if state is not null then
    return;
  end if;
  select a.last_number + 1 into its_number from applications a where a.id = p_application and not a.ended for no key update;
  select n.pos into room from nonces n
   where n.day = any (array[today - 1, today, today + 1]) and n.stream_id = p_application and n.nonce = p_nonce;
  its_key := coalesce(p_key, 'chat-' || its_number);
  state := case
    when room is not null then 'made'
    when its_number is null then 'taken'
    when exists (select from rooms r where r.application_id = p_application and r.key = its_key and not r.destroyed) then 'taken'
    end;
  if state is not null then
    return;
  end if;
  perform setval(ids, chatd_micros_1(nextval(ids)), false);
  insert into streams (rights) values (p_rights) returning id into room;
  insert into rooms (id, key, name, private, application_id, number)
    values (room, its_key, coalesce(p_name, its_key), p_private, p_application, its_number);
  update applications a set last_number = its_number, chats = a.chats + (not p_private)::int where a.id = p_application;
  if p_private then
    perform chatd_add_gap_1(p_application, its_number);
  end if;
  insert into entries (stream_id, pos, seq, at, kind, author_id, author, body)
    values (room, 1, 0, clock_timestamp(), 11, p_author_id, p_author, '');
  insert into nonces (day, stream_id, nonce, print, pos, seq, at)
    values (today, p_application, p_nonce, 0, room, its_number, clock_timestamp());
  if p_application = 0 then
    perform chatd_tell_1(30::smallint, room::text);
  end if;
  state := 'made';
end $$;

-- Rooms have ended.
create function chatd_count_ended_rooms_1(p_rooms bigint[]) returns void language plpgsql as $$
begin
  perform chatd_add_gap_1(r.application_id, r.number) from rooms r where r.id = any (p_rooms) and not r.private;
  update applications a set chats = a.chats - r.count
    from (select application_id, count(*) from rooms where id = any (p_rooms) and not private group by 1) r
   where a.id = r.application_id;
end $$;

-- p_id null: a new one; else what is null stays as it is. state: done, none (there is no such application, or the handle is taken), or what chatd_attempt_1 returns.
create function chatd_put_application_1(
  node bigint, nr bigint, p_id bigint, p_key text, p_handle text, p_title text, p_token text, p_active boolean, p_open boolean,
  out state text, out application bigint
) language plpgsql as $$
declare
  ids text := pg_get_serial_sequence('streams', 'id');
begin
  perform from streams where id = 0 for no key update;
  state := chatd_attempt_1(node, 'applications', nr);
  if state is not null then
    return;
  end if;
  -- An earlier attempt has made it, where the token is the same.
  select a.id into application from applications a where p_id is null and a.token = p_token and not a.ended;
  if application is not null then
    state := 'done';
    return;
  elsif exists (select from applications a where a.key = p_key and not a.ended and a.id is distinct from p_id) then
    state := 'none';
    return;
  end if;
  if p_id is null then
    perform setval(ids, chatd_micros_1(nextval(ids)), false);
    insert into streams default values returning id into application;
    insert into applications (id, key, handle, title, token, active, open)
      values (application, p_key, p_handle, p_title, p_token, p_active, p_open);
  else
    update applications a set key = coalesce(p_key, a.key), handle = coalesce(p_handle, a.handle),
        title = coalesce(p_title, a.title), token = coalesce(p_token, a.token), active = coalesce(p_active, a.active),
        open = coalesce(p_open, a.open)
     where a.id = p_id and not a.ended returning a.id into application;
  end if;
  state := case when application is null then 'none' else 'done' end;
  if state = 'done' then
    perform chatd_tell_1(35::smallint, application::text);
  end if;
end $$;

create function chatd_end_application_1(node bigint, nr bigint, p_id bigint) returns text language plpgsql as $$
declare
  state text;
begin
  perform from streams where id = 0 for no key update;
  state := chatd_attempt_1(node, 'applications', nr);
  if state is null then
    update applications set ended = true, token = null where id = p_id and id <> 0 and not ended;
    state := case when found then 'done' else 'none' end;
    if found then
      perform chatd_tell_1(36::smallint, p_id::text);
    end if;
  end if;
  return state;
end $$;

-- Deletes about p_limit rooms or entries of an application that has ended; whether there are more. Does nothing while another
-- node does this.
create function chatd_sweep_ended_1(p_limit int) returns boolean language plpgsql as $$
declare
  application bigint;
  its_rooms bigint[];
  emptied bigint[];  -- streams that have nothing any more
begin
  if not pg_try_advisory_xact_lock(1667784052) then
    return false;
  end if;
  select a.id into application from applications a where a.ended limit 1;
  if application is null then
    return false;
  end if;
  its_rooms := array(select r.id from rooms r where r.application_id = application limit p_limit / 4 + 1);
  if its_rooms = '{}' then
    delete from applications a where a.id = application;
    emptied := array[application];
  else
    update streams s set closed = true where s.id = any (its_rooms) and not s.closed;
    delete from entries e where e.ctid = any (array(
      select d.ctid from unnest(its_rooms) r(id) cross join lateral (
        select x.ctid from entries x where x.stream_id = r.id order by x.pos limit p_limit
      ) d limit p_limit));
    emptied := array(
      select r.id from unnest(its_rooms) r(id) where not exists (select from entries e where e.stream_id = r.id));
    delete from rooms r where r.id = any (emptied);
  end if;
  delete from gaps g where g.row_id = any (emptied);
  delete from entries e where e.stream_id = any (emptied);
  delete from streams s where s.id = any (emptied);
  return true;
end $$;
`;
