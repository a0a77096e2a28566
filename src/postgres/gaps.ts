/**
 * Numbers of a row that are not there any more, counted in blocks of 1, 64, 64² … numbers: as many blocks are written at each
 * loss, and read to find the n-th number that is left, however many there are. The same as store/sqlite/gaps.ts.
 */
export const GAPS = `
-- row_id: a stream, whose messages are numbered. size: of the block, in numbers.
create table gaps (
  row_id bigint,
  size bigint,
  block bigint,
  count bigint not null,
  primary key (row_id, size, block)
);

create function chatd_add_gap_1(p_row bigint, p_number bigint) returns void language sql as $$
  insert into gaps as g select p_row, 64::bigint ^ l, (p_number - 1) / (64::bigint ^ l)::bigint, 1 from generate_series(0, 5) l
    on conflict (row_id, size, block) do update set count = g.count + 1
$$;

-- How many of the numbers up to p_up_to are not there any more.
create function chatd_gaps_1(p_row bigint, p_up_to bigint) returns bigint language plpgsql stable as $$
declare
  gaps bigint := 0;
  first bigint := 0;  -- the numbers up to it are counted
  its_size bigint := 1073741824;
  blocks bigint;
begin
  while its_size > 0 loop
    blocks := (p_up_to - first) / its_size;
    if blocks > 0 then
      gaps := gaps + (select coalesce(sum(g.count), 0) from gaps g where g.row_id = p_row and g.size = its_size
        and g.block between first / its_size and first / its_size + blocks - 1);
      first := first + blocks * its_size;
    end if;
    its_size := its_size / 64;
  end loop;
  return gaps;
end $$;

-- The n-th number that is there, from 1 on; numbers that were never given count as there.
create function chatd_nth_1(p_row bigint, p_n bigint) returns bigint language plpgsql stable as $$
declare
  before bigint := 0;  -- numbers that are there before the block
  first bigint := 0;
  its_size bigint := 1073741824;
  found_block bigint;
begin
  while its_size > 0 loop
    select b.block, before + b.there_before into found_block, before
      from (
        select s.block, its_size - coalesce(g.count, 0) as there,
               coalesce(sum(its_size - coalesce(g.count, 0)) over (order by s.block rows between unbounded preceding and 1 preceding), 0)
                 as there_before
          from generate_series(first / its_size, first / its_size + 63) s(block)
          left join gaps g on g.row_id = p_row and g.size = its_size and g.block = s.block
      ) b where before + b.there_before + b.there >= p_n order by b.block limit 1;
    first := found_block * its_size;
    its_size := its_size / 64;
  end loop;
  return first + 1;
end $$;
`;
