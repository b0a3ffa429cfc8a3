-- Columns that applications have and the sample has not: numbers of any size, and a position within a list.
alter table business.typed_rows
  add column amount  numeric,
  add column amounts numeric[],
  add column place   integer,
  add unique (owner_id, place) deferrable initially immediate;
