-- an application's own schema.sql: may refer to the sync schema
create table users (id uuid primary key, name text);
create view synced_tables as select * from sync.synced_table;
