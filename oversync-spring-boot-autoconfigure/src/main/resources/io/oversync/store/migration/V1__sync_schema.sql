create table sync.synced_table (
    table_id int generated always as identity primary key,
    schema_name text not null,
    table_name text not null,
    unique (schema_name, table_name)
);
