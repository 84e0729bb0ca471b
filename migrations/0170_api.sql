-- The machine's door: keys with which programs act as the person who made them, and answers that are given again.

create table api_key (
  isp_id uuid not null references isp (id),
  id uuid not null,
  account_id uuid not null,
  name text not null check (length(name) between 1 and 60),
  -- SHA-256 of 256 random bits: nothing to guess, so nothing to slow down
  secret_hash bytea not null check (length(secret_hash) = 32),
  -- keys of the grid of rights; what its owner has not, it has not
  scopes text[] not null check (cardinality(scopes) > 0),
  -- where it may be used from; none: from anywhere
  networks cidr[] not null default '{}',
  -- allowed more requests a minute
  premium boolean not null default false,
  -- the key it takes the place of: two are good at once for a while
  replaces uuid,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  used_from inet,
  revoked_at timestamptz,
  reminded_at timestamptz,
  -- sealed, until it was copied
  shown bytea,
  shown_until timestamptz,
  primary key (isp_id, id),
  foreign key (isp_id, account_id) references account (isp_id, id),
  foreign key (isp_id, replaces) references api_key (isp_id, id)
);
create index api_key_account on api_key (isp_id, account_id, made_at);
create unique index api_key_replaces_key on api_key (isp_id, replaces) where replaces is not null;
create index api_key_expires on api_key (isp_id, expires_at) where revoked_at is null and reminded_at is null;
select guard_isp_table('api_key');

-- What was asked for under a key of the asker's own, and what was answered (API-02).
create table api_request (
  isp_id uuid not null references isp (id),
  account_id uuid not null,
  key text not null check (length(key) between 1 and 255),
  -- SHA-256 over method, address and body
  asked bytea not null check (length(asked) = 32),
  begun_at timestamptz not null,
  -- null: still at work
  status integer,
  location text,
  etag text,
  answer text,
  primary key (isp_id, account_id, key),
  foreign key (isp_id, account_id) references account (isp_id, id)
);
create index api_request_begun on api_request (isp_id, begun_at);
select guard_isp_table('api_request');
