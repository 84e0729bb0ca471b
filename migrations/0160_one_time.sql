-- Links and codes that are good once: a new password, a subscriber's way in without one, proof of an address.

-- Asked for before anybody is known, so outside the ISP lock, as sessions are.
create table one_time (
  id uuid primary key,
  isp_id uuid not null references isp (id),
  purpose text not null check (purpose in ('reset', 'sign_in', 'email', 'mobile')),
  -- what was typed, in one form: how often it was asked for is counted whether or not anybody has this name
  asked text not null check (length(asked) between 1 and 254),
  ip inet,
  -- nobody: nothing was sent, and nothing opens
  account_id uuid,
  customer_id uuid,
  -- where it went, which is what it proves
  recipient text,
  hash bytea not null check (length(hash) = 32),
  tries smallint not null default 0,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create unique index one_time_hash on one_time (hash);
create index one_time_asked on one_time (isp_id, purpose, asked, made_at);
create index one_time_ip on one_time (ip, made_at);
create index one_time_sent on one_time (isp_id, made_at) where recipient is not null;
create index one_time_recipient on one_time (isp_id, recipient, made_at) where recipient is not null;
create index one_time_account on one_time (account_id, purpose) where account_id is not null;
create index one_time_made on one_time (made_at);

-- A text with a secret in it is kept sealed; the body shows dots in its place.
alter table message add column sealed bytea;
