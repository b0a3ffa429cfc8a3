CREATE SCHEMA business;

CREATE TABLE business.posts (
    id         uuid PRIMARY KEY,
    owner_id   text NOT NULL,
    version    bigint NOT NULL DEFAULT 0,
    title      text NOT NULL,
    status     text NOT NULL DEFAULT 'draft',
    likes      integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz
);

CREATE TABLE business.comments (
    id       uuid PRIMARY KEY,
    owner_id text NOT NULL,
    version  bigint NOT NULL DEFAULT 0,
    post_id  uuid NOT NULL REFERENCES business.posts,
    body     text NOT NULL
);

CREATE TABLE business.labels (
    id       uuid PRIMARY KEY,
    owner_id text NOT NULL,
    name     text NOT NULL,
    colour   text,
    deleted  boolean NOT NULL DEFAULT false
);

CREATE TABLE business.likes (
    id       uuid PRIMARY KEY,
    owner_id text NOT NULL,
    post_id  uuid NOT NULL REFERENCES business.posts
);

CREATE INDEX ON business.posts (owner_id);
CREATE INDEX ON business.comments (owner_id);
CREATE INDEX ON business.labels (owner_id);
