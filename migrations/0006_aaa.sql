-- RADIUS: who may ask, what was asked, who is online.

create table nas (
  isp_id uuid not null references isp (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 60),
  -- the source address of its packets
  address inet not null,
  vendor text not null default 'mikrotik' check (vendor in ('mikrotik', 'generic')),
  secret_sealed bytea not null,
  require_message_authenticator boolean not null default false,
  status text not null default 'active' check (status in ('active', 'disabled')),
  created_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (isp_id, id)
);
create unique index nas_address_key on nas (isp_id, address) where status = 'active';
create unique index nas_name_key on nas (isp_id, lower(name));
select guard_isp_table('nas');
create trigger nas_told after insert or update on nas for each row execute function tell_isp_change();

-- When a NAS was last heard. Beside the NAS, because a change of that row is told to every server.
create table nas_seen (
  isp_id uuid not null,
  nas_id uuid not null,
  at timestamptz not null,
  primary key (isp_id, nas_id),
  foreign key (isp_id, nas_id) references nas (isp_id, id)
);
select guard_isp_table('nas_seen');

create table radius_session (
  isp_id uuid not null references isp (id),
  id uuid not null,
  nas_id uuid not null,
  acct_session_id text not null,
  username text not null,
  service_id uuid,
  customer_id uuid,
  mac text,
  framed_ip inet,
  nas_port text,
  started_at timestamptz not null,
  updated_at timestamptz not null,
  stopped_at timestamptz,
  stop_cause text,
  -- all of the session, gigawords included; only ever grows
  input_octets bigint not null default 0,
  output_octets bigint not null default 0,
  -- the figures last reported, which begin again when the NAS counts anew
  input_reported bigint not null default 0,
  output_reported bigint not null default 0,
  session_seconds bigint not null default 0,
  primary key (isp_id, id),
  foreign key (isp_id, nas_id) references nas (isp_id, id)
) with (fillfactor = 80);
-- A router that restarted may give out an id again, so only one open session may have it.
create unique index radius_session_key on radius_session (isp_id, nas_id, acct_session_id, username) where stopped_at is null;
create index radius_session_latest on radius_session (isp_id, nas_id, acct_session_id, username, started_at desc);
create index radius_session_online on radius_session (isp_id, started_at desc) where stopped_at is null;
create index radius_session_customer on radius_session (isp_id, customer_id, started_at desc);
create index radius_session_service_online on radius_session (isp_id, service_id) where stopped_at is null;
select guard_isp_table('radius_session');
select guard_customer_table('radius_session', 'customer_id');

create table usage_day (
  isp_id uuid not null,
  service_id uuid not null,
  day date not null,
  input_octets bigint not null default 0,
  output_octets bigint not null default 0,
  primary key (isp_id, service_id, day),
  foreign key (isp_id, service_id) references service (isp_id, id)
);
select guard_isp_table('usage_day');

create table auth_attempt (
  isp_id uuid not null references isp (id),
  id uuid not null,
  at timestamptz not null,
  nas_id uuid not null,
  username text not null,
  service_id uuid,
  mac text,
  outcome text not null check (outcome in ('accept', 'walled', 'reject')),
  reason text not null,
  primary key (isp_id, id)
);
create index auth_attempt_at on auth_attempt (isp_id, at desc);
create index auth_attempt_username on auth_attempt (isp_id, lower(username), at desc);
select guard_isp_table('auth_attempt');

-- A NAS of ours that spoke wrongly.
create table nas_alert (
  isp_id uuid not null,
  nas_id uuid not null,
  kind text not null check (kind in ('bad_authenticator', 'missing_authenticator', 'malformed', 'ambiguous')),
  first_at timestamptz not null,
  last_at timestamptz not null,
  packets bigint not null,
  primary key (isp_id, nas_id, kind),
  foreign key (isp_id, nas_id) references nas (isp_id, id)
);
select guard_isp_table('nas_alert');

-- An address nobody registered: belongs to no ISP, so it stands outside the ISP lock.
create table unknown_nas (
  address inet primary key,
  first_at timestamptz not null,
  last_at timestamptz not null,
  packets bigint not null
);
