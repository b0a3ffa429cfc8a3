--liquibase formatted sql

--changeset shop:1
create schema shop;
create table shop.orders (id uuid primary key, owner_id text not null, text text);
create index on shop.orders (owner_id);
