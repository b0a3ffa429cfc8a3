-- The sync schema: narrow tables with integer keys, each payload written once. The tables that the protocol's
-- documentation names are the views at the end. Keys start with the stream, so that what an upload writes lies
-- together however many users there are. This file is immutable once released: changes are new files.

-- One row per user. Its lock orders the user's writers, and server_ids are taken from it, so that a user's stream
-- commits in the order of its ids and has no gaps.
create table sync.stream (
  stream_id           bigint  primary key,         -- from a hash of user_id; see StreamIds
  user_id             text    not null,            -- compared on every look-up: two users may have the same hash
  head_server_id      bigint  not null default 0,  -- highest committed server_id
  head_source_no      integer,                     -- the source of that change
  other_server_id     bigint  not null default 0,  -- highest server_id of any other source
  source_count        integer not null default 0,  -- highest source_no
  server_change_count bigint  not null default 0,  -- source_change_id of the last change that the server made itself
  retained_since      bigint  not null default 0,  -- up to this server_id tombstones may have expired
  expired_rows        bigint  not null default 0,  -- so many deleted rows are gone with them
  expired_version     bigint  not null default 0,  -- highest version of those: a row of which nothing is left begins above
  adopted             bigint[] not null default '{}' -- tables whose rows it has: table_id << 32 | capture_generation
) with (fillfactor = 50);
create index stream_user on sync.stream (user_id);

-- Devices of a user that have uploaded.
create table sync.source (
  stream_id bigint  not null,
  source_no integer not null,                      -- counted within the stream
  source_id text    not null,
  removed_change_id bigint not null default 0,     -- highest source_change_id whose entry a compaction has removed
  resent_change_id  bigint not null default 0,     -- lowest source_change_id that its last upload sent again, 0 for none
  primary key (stream_id, source_no),
  unique (stream_id, source_id)
);

-- Devices that were seen, also those that only download. Written by the background, never by a request: an older value
-- is always safe.
create table sync.device (
  stream_id     bigint      not null,
  source_id     text        not null,
  name          text,                              -- given by an operator or the application
  first_seen_at timestamptz not null default now(),
  last_seen_at  timestamptz not null default now(),
  acknowledged  bigint      not null default 0,    -- it has everything of the stream up to this server_id
  cursor_schema text,                              -- what its last cursor was for, '' for all schemas
  cursors_mixed_at timestamptz,                    -- it last sent cursors for several schemas then
  revoked_at    timestamptz,                       -- it is refused since then
  begun_since   bigint      not null default 0,    -- retained_since when it last began with nothing
  begun_expired bigint      not null default 0,    -- expired_rows then
  begun_schema  text,                              -- what it began to read then, '' for all schemas
  primary key (stream_id, source_id)
) with (fillfactor = 80);

-- The history of this database has a name, by which clients notice that it is another one: the last row. A new name
-- comes with each restore that an operator declares.
create table sync.epoch (
  epoch_no    integer     generated always as identity primary key,
  name        text        not null default gen_random_uuid()::text,
  restored_at text        unique,                  -- what the operator calls the restore; null for the first epoch
  since       timestamptz not null default now()
);
insert into sync.epoch default values;

create table sync.synced_table (
  table_id           integer generated always as identity primary key,
  schema_name        text    not null,
  table_name         text    not null,
  capture_generation integer not null default 0,   -- raised when capture begins, since earlier writes were missed
  unique (schema_name, table_name)
);

-- Streams that were compacted. The lease keeps a stream for one node; it ends by itself if the node does.
create table sync.compaction (
  stream_id    bigint      primary key,
  owner        uuid,                               -- of the lease
  leased_until timestamptz,
  started_at   timestamptz not null default now(), -- of the last attempt
  horizon      bigint      not null default 0,     -- server_id up to which garbage was removed
  kept         bigint      not null default 0      -- entries that were left up to there
);

-- The stream: entries are appended and, once they are garbage, removed.
create table sync.change (
  stream_id        bigint      not null,
  server_id        bigint      not null,
  source_change_id bigint      not null,
  version          bigint      not null,
  ts               timestamptz not null default now(),
  source_no        integer     not null,
  table_id         integer     not null,
  op               "char"      not null check (op in ('I', 'U', 'D')),
  pk               uuid        not null,
  payload          json,                          -- verbatim; null for a delete
  primary key (stream_id, server_id)
);

-- Finds earlier applications of a device's change; ids of 0 or less carry no idempotency.
create index change_application on sync.change (stream_id, source_no, source_change_id) where source_change_id > 0;

-- The state of each row. A tombstone keeps its version, so that a deleted row revives where it left off.
create table sync.row_version (
  stream_id       bigint  not null,
  version         bigint  not null,
  server_id       bigint  not null,               -- the change that made this version
  table_id        integer not null,
  pk              uuid    not null,
  deleted         boolean not null,
  image_server_id bigint,                         -- of a tombstone: the change with the last after-image
  primary key (stream_id, table_id, pk)
) with (fillfactor = 80);

-- Rows that the server appended once more because it refused their delete by a device. Until the device has received a
-- restore, its pages begin with it; the same delete sent again is answered as before.
create table sync.restore (
  stream_id     bigint   not null,
  source_no     integer  not null,                -- the device that wanted to delete the row
  server_id     bigint   not null,                -- the change that restores it
  table_id      integer  not null,
  pk            uuid     not null,
  version       bigint   not null,
  base_versions bigint[] not null,                -- which the refused deletes expected
  referenced_by text[]   not null,                -- some of the rows that refused them
  acknowledged  boolean  not null default false,  -- whether the device has received it
  primary key (stream_id, source_no, server_id)
);
create index restore_row on sync.restore (stream_id, source_no, table_id, pk);

-- Whose business row it is, for tables without an owner column: the first user to write it. The key makes the claim
-- exclusive also between transactions that do not see each other.
create table sync.row_owner (
  table_id  integer not null,
  pk        uuid    not null,
  stream_id bigint  not null,
  primary key (table_id, pk)
);

-- Business rows that the application wrote, until they are absorbed into the streams of their owners. Triggers of the
-- business tables note them: only keys, since rows are read when they are absorbed; those of one statement together.
create table sync.captured_row (
  owner       text    not null,                   -- the owner column, as text
  capture_id  bigint  generated always as identity,
  table_id    integer not null,
  pks         uuid[]  not null,                   -- a few hundred at most
  captured_in xid8    not null default pg_current_xact_id(), -- 0 for rows that are only to be compared
  primary key (owner, capture_id)
);

-- Columns that devices of a user have sent. What the application writes into the others is not for devices, unless the
-- registration says so.
create table sync.device_columns (
  stream_id bigint  not null,
  table_id  integer not null,
  columns   text[]  not null,
  primary key (stream_id, table_id)
);

-- Rows whose write into the business table failed although their change was applied.
create table sync.materialize_failures (
  stream_id         bigint      not null,
  id                bigint      generated always as identity,
  user_id           text        not null,
  schema_name       text        not null,
  table_name        text        not null,
  pk_uuid           uuid        not null,
  attempted_version bigint      not null,
  op                text        not null,
  payload           json,
  error             text        not null,
  first_seen        timestamptz not null default now(),
  retry_count       integer     not null default 0,
  primary key (stream_id, id),
  unique (stream_id, schema_name, table_name, pk_uuid)
);

create view sync.server_change_log as
select c.server_id, s.user_id, t.schema_name, t.table_name,
       case c.op when 'I' then 'INSERT' when 'U' then 'UPDATE' else 'DELETE' end as op,
       c.pk as pk_uuid, c.payload, d.source_id, c.source_change_id, c.version as server_version, c.ts
from sync.change c
join sync.stream s on s.stream_id = c.stream_id
join sync.synced_table t on t.table_id = c.table_id
join sync.source d on d.stream_id = c.stream_id and d.source_no = c.source_no;

create view sync.sync_row_meta as
select s.user_id, t.schema_name, t.table_name, r.pk as pk_uuid, r.version as server_version, r.deleted,
       c.ts as updated_at
from sync.row_version r
join sync.stream s on s.stream_id = r.stream_id
join sync.synced_table t on t.table_id = r.table_id
join sync.change c on c.stream_id = r.stream_id and c.server_id = r.server_id;

create view sync.sync_state as
select s.user_id, t.schema_name, t.table_name, r.pk as pk_uuid, c.payload
from sync.row_version r
join sync.stream s on s.stream_id = r.stream_id
join sync.synced_table t on t.table_id = r.table_id
join sync.change c on c.stream_id = r.stream_id and c.server_id = r.server_id
where not r.deleted;
