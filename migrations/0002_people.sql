-- People who sign in, their sessions, what they may do and what they did.

create table platform_account (
  id uuid primary key,
  role text not null check (role in ('developer', 'super_admin')),
  tenant_id uuid references tenant (id),
  name text not null,
  email text not null check (email = lower(email)),
  password_hash text not null,
  status text not null default 'active' check (status in ('active', 'disabled')),
  language text check (language in ('en', 'bn')),
  created_at timestamptz not null default now(),
  constraint platform_account_email_key unique (email),
  constraint super_admin_has_tenant check ((role = 'super_admin') = (tenant_id is not null))
);

create table account (
  isp_id uuid not null references isp (id),
  id uuid not null,
  role text not null check (role in ('admin', 'reseller', 'sub_reseller', 'manager', 'staff', 'card_distributor', 'customer')),
  name text not null check (length(name) between 1 and 200),
  email text check (email = lower(email)),
  username text check (username = lower(username)),
  mobile text,
  password_hash text not null,
  customer_id uuid,
  owner_path text not null default '/',
  status text not null default 'active' check (status in ('active', 'disabled')),
  language text check (language in ('en', 'bn')),
  created_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (isp_id, id),
  constraint account_has_login check (email is not null or username is not null or mobile is not null),
  constraint account_customer check ((role = 'customer') = (customer_id is not null))
);
create unique index account_email_key on account (isp_id, email);
create unique index account_username_key on account (isp_id, username);
create unique index account_mobile_key on account (isp_id, mobile);
create unique index account_customer_key on account (isp_id, customer_id);
select guard_isp_table('account');

create table account_grant (
  isp_id uuid not null,
  account_id uuid not null,
  permission text not null,
  granted_by uuid,
  granted_at timestamptz not null default now(),
  primary key (isp_id, account_id, permission),
  foreign key (isp_id, account_id) references account (isp_id, id)
);
select guard_isp_table('account_grant');

-- Looked up by the hash of a cookie before anybody is known, so outside the ISP lock. account_id is an account of
-- isp_id, or a platform account where isp_id is null.
create table session (
  token_hash bytea primary key,
  isp_id uuid references isp (id),
  account_id uuid not null,
  -- A subscriber who signs in with the line's own password has no account row.
  customer_id uuid,
  ip inet,
  user_agent text,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_account on session (account_id);
create index session_expiry on session (expires_at);

-- One row per thing that is being guessed (a login name on a host, an address): shared by all servers.
create table sign_in_throttle (
  subject text primary key,
  failures integer not null,
  window_start timestamptz not null,
  locked_until timestamptz
);

create table audit_entry (
  isp_id uuid not null references isp (id),
  id uuid not null,
  at timestamptz not null,
  actor_id uuid,
  actor_name text not null,
  action text not null,
  object_kind text not null,
  object_id uuid,
  customer_id uuid,
  before jsonb,
  after jsonb,
  ip inet,
  request_id uuid,
  primary key (isp_id, id)
);
create index audit_entry_customer on audit_entry (isp_id, customer_id, at desc);
create index audit_entry_at on audit_entry (isp_id, at desc);
select guard_isp_table('audit_entry');

-- What was written once stays written: the guard of every append-only table.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: write a new row that corrects the old one', tg_table_name using errcode = 'LM001';
end $$;
create trigger audit_entry_append_only before update or delete or truncate on audit_entry
  for each statement execute function refuse_change();
