-- A contacts application: children that go when their person goes.

create table business.person (
  id            uuid primary key,
  owner_user_id text not null,
  first_name    text not null,
  last_name     text not null,
  email         text not null,
  phone         text,
  birth_date    text,
  created_at    timestamptz default now(),
  score         double precision,
  is_active     boolean not null default true,
  ssn           bigint,
  notes         text
);
create index person_owner_user_id_idx on business.person (owner_user_id);

create table business.person_address (
  id            uuid primary key,
  owner_user_id text not null,
  person_id     uuid not null references business.person (id) on delete cascade deferrable initially deferred,
  address_type  text,
  street        text,
  city          text not null,
  state         text,
  postal_code   text,
  country       text not null,
  is_primary    boolean not null default false,
  created_at    timestamptz default now()
);
create index person_address_owner_user_id_idx on business.person_address (owner_user_id);
create index person_address_person_id_idx on business.person_address (person_id);

create table business.comment (
  id            uuid primary key,
  owner_user_id text not null,
  person_id     uuid not null references business.person (id) on delete cascade deferrable initially deferred,
  comment       text not null,
  created_at    timestamptz default now(),
  tags          text
);
create index comment_owner_user_id_idx on business.comment (owner_user_id);
create index comment_person_id_idx on business.comment (person_id);
