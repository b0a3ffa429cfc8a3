-- an application's own migration: may refer to the sync schema
create schema business;
create table business.users (id uuid primary key, name text);
create table business.posts (id uuid primary key, user_id uuid constraint posts_user references business.users);
create view public.synced_tables as select * from sync.synced_table;
