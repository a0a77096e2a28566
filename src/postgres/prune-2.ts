/** `chatd_prune_1` that also counts the messages that are gone (`streams.gone`). */
export const PRUNE_2 = `
create function chatd_prune_2(p_before timestamptz, p_from bigint, p_limit int, out entries bigint, out next bigint)
language plpgsql as $$
declare
  stream bigint;
  looked int := 0;
  changed int;
  lost int;  -- messages
begin
  entries := 0;
  if not pg_try_advisory_xact_lock(1667784051) then
    return;
  end if;
  for stream in select id from streams where id >= p_from order by id limit 1000 loop
    if (select e.at from entries e where e.stream_id = stream order by e.pos limit 1) < p_before then
      perform from streams s where s.id = stream for no key update;  -- before its entries, as every append does
      with deleted as (
        delete from entries e where e.stream_id = stream and e.pos in (
          select o.pos from entries o
           where o.stream_id = stream and o.at < p_before
             and o.pos < (select max(l.pos) from entries l where l.stream_id = stream)
           order by o.pos limit p_limit - entries)
        returning e.kind
      )
      select count(*), count(*) filter (where kind < 9) into changed, lost from deleted;
      entries := entries + changed;
      with forgotten as (
        select e.pos, e.kind from entries e
         where e.stream_id = stream and e.at < p_before and e.kind <> 12
           and e.pos = (select max(l.pos) from entries l where l.stream_id = stream)
      ), emptied as (
        update entries e set kind = 12, author_id = null, author = '', body = '', ref = null
          from forgotten f where e.stream_id = stream and e.pos = f.pos
      )
      select count(*), lost + count(*) filter (where f.kind < 9) into changed, lost from forgotten f;
      entries := entries + changed;
      if lost > 0 then
        update streams s set gone = s.gone + lost where s.id = stream;
      end if;
    end if;
    looked := looked + 1;
    if entries >= p_limit then
      next := stream;
      return;
    end if;
  end loop;
  if looked = 1000 then
    next := stream + 1;
  end if;
end $$;
`;
