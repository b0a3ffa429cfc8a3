-- The application's own tables. Three things make them sync well:
--   * the primary key is a UUID that the device makes,
--   * a text column says who owns the row (oversync.registered-tables[].owner-column),
--   * foreign keys are checked at commit, so that rows of one upload may come in any order.
-- Flyway creates the schema "business" itself (spring.flyway.schemas).

create table business.users (
  id         uuid primary key,
  owner_id   text not null,
  name       text not null,
  email      text not null,
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);
create index users_owner_id_idx on business.users (owner_id);

create table business.posts (
  id         uuid primary key,
  owner_id   text not null,
  title      text not null,
  content    text not null,
  author_id  uuid references business.users (id) deferrable initially deferred,
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);
create index posts_owner_id_idx on business.posts (owner_id);
create index posts_author_id_idx on business.posts (author_id);

create table business.files (
  id       uuid primary key,
  owner_id text not null,
  name     text not null,
  data     bytea not null
);
create index files_owner_id_idx on business.files (owner_id);

create table business.file_reviews (
  id       uuid primary key,
  owner_id text not null,
  review   text not null,
  file_id  uuid references business.files (id) deferrable initially deferred
);
create index file_reviews_owner_id_idx on business.file_reviews (owner_id);
create index file_reviews_file_id_idx on business.file_reviews (file_id);

-- a tree: a table that refers to itself
create table business.categories (
  id        uuid primary key,
  owner_id  text not null,
  name      text not null,
  parent_id uuid references business.categories (id) deferrable initially deferred
);
create index categories_owner_id_idx on business.categories (owner_id);
create index categories_parent_id_idx on business.categories (parent_id);

-- one column of each common type
create table business.typed_rows (
  id           uuid primary key,
  owner_id     text not null,
  name         text not null,
  note         text,
  count_value  bigint,
  enabled_flag boolean,
  rating       double precision,
  price        numeric(12, 2),
  data         bytea,
  created_at   timestamptz,
  day          date,
  doc          jsonb,
  tags         text[],
  ref          uuid
);
create index typed_rows_owner_id_idx on business.typed_rows (owner_id);
