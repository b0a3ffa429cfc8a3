-- The notes of the demo in the browser (package io.oversync.sample.demo).

create table business.notes (
  id         uuid primary key,
  owner_id   text not null,
  title      text not null,
  body       text not null default '',
  done       boolean not null default false,
  updated_at timestamptz not null default now()
);
create index notes_owner_id_idx on business.notes (owner_id);
