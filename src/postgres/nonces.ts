/** Where what was stored went that may come again. The same as store/sqlite/nonces.ts. */
export const NONCES = `
-- Where drafts went that may come again, by the day (since 1970, UTC) on which they were stored. print: of what they said.
create table nonces (
  day int,
  stream_id bigint,
  nonce bytea,
  print bigint not null,
  pos bigint not null,
  seq bigint not null,
  at timestamptz not null,
  primary key (day, stream_id, nonce)
);

create function chatd_day_1(at timestamptz) returns int language sql immutable as $$
  select floor(extract(epoch from at) / 86400)::int
$$;
`;
