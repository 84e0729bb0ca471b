-- Routers that the product speaks to: where each answers and as whom, what was seen of it last, and which lines live on it.

create table router (
  isp_id uuid not null references isp (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 60),
  -- a name or an address
  host text not null check (length(host) between 1 and 253),
  port integer not null check (port between 1 and 65535),
  door text not null default 'api_tls' check (door in ('api', 'api_tls', 'rest')),
  -- SHA-256 of the certificate that a person confirmed
  fingerprint bytea check (octet_length(fingerprint) = 32),
  username text not null check (length(username) between 1 and 100),
  password_sealed bytea not null,
  -- as what it asks our RADIUS service
  nas_id uuid,
  -- what it hangs behind
  parent_id uuid,
  auth_mode text not null default 'radius' check (auth_mode in ('radius', 'local', 'hybrid')),
  status text not null default 'active' check (status in ('active', 'disabled')),
  created_at timestamptz not null,
  version integer not null default 1,
  primary key (isp_id, id),
  foreign key (isp_id, nas_id) references nas (isp_id, id),
  foreign key (isp_id, parent_id) references router (isp_id, id),
  check (parent_id is distinct from id)
);
create unique index router_name_key on router (isp_id, lower(name));
create unique index router_nas_key on router (isp_id, nas_id);
create unique index router_door_key on router (isp_id, lower(host), port);
create index router_parent on router (isp_id, parent_id);
select guard_isp_table('router');

-- What was seen of it last, and which server looks after it until when.
create table router_state (
  isp_id uuid not null,
  router_id uuid not null,
  state text not null default 'unknown' check (state in ('unknown', 'online', 'warning', 'offline')),
  -- what a warning is about, or why it does not answer: a slug
  why text,
  misses integer not null default 0 check (misses >= 0),
  since timestamptz,
  seen_at timestamptz,
  looked_at timestamptz,
  latency_us bigint,
  cpu_percent integer,
  memory_free bigint,
  memory_total bigint,
  disk_free bigint,
  uptime_seconds bigint,
  routeros text,
  board text,
  architecture text,
  serial text,
  skew_seconds bigint,
  sessions integer,
  interfaces_at timestamptz,
  poll_at timestamptz not null,
  leased_by uuid,
  leased_until timestamptz,
  primary key (isp_id, router_id),
  foreign key (isp_id, router_id) references router (isp_id, id) on delete cascade
);
create index router_state_due on router_state (isp_id, poll_at);
select guard_isp_table('router_state');

-- Each router has a state from its first moment.
create function state_of_router() returns trigger language plpgsql as $$
begin
  insert into router_state (isp_id, router_id, poll_at) values (new.isp_id, new.id, new.created_at);
  return null;
end $$;
create trigger state_of_router after insert on router for each row execute function state_of_router();

-- When it went and came.
create table router_event (
  isp_id uuid not null,
  router_id uuid not null,
  at timestamptz not null,
  state text not null check (state in ('online', 'warning', 'offline')),
  why text,
  -- it went because what it hangs behind went: no alarm of its own
  behind uuid,
  primary key (isp_id, router_id, at),
  foreign key (isp_id, router_id) references router (isp_id, id) on delete cascade
);
select guard_isp_table('router_event');

-- Five minutes of a router's life.
create table router_sample (
  isp_id uuid not null,
  router_id uuid not null,
  at timestamptz not null,
  looks integer not null,
  answers integer not null,
  latency_us bigint,
  cpu_percent integer,
  memory_percent integer,
  sessions integer,
  primary key (isp_id, router_id, at),
  foreign key (isp_id, router_id) references router (isp_id, id) on delete cascade
);
select guard_isp_table('router_sample');

-- Its interfaces as they were last seen.
create table router_interface (
  isp_id uuid not null,
  router_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  kind text not null,
  running boolean not null,
  disabled boolean not null,
  rx_bytes bigint not null,
  tx_bytes bigint not null,
  -- between the last two looks
  rx_bps bigint,
  tx_bps bigint,
  at timestamptz not null,
  primary key (isp_id, router_id, name),
  foreign key (isp_id, router_id) references router (isp_id, id) on delete cascade
);
select guard_isp_table('router_interface');

-- On which router a line lives, where somebody or an import said so.
create table service_router (
  isp_id uuid not null,
  service_id uuid not null,
  router_id uuid not null,
  primary key (isp_id, service_id),
  foreign key (isp_id, service_id) references service (isp_id, id) on delete cascade,
  foreign key (isp_id, router_id) references router (isp_id, id)
);
create index service_router_router on service_router (isp_id, router_id);
select guard_isp_table('service_router');

-- What routers say of themselves, kept by us: text or binary, sealed, because an export may hold passwords.
create table router_backup (
  isp_id uuid not null,
  id uuid not null,
  router_id uuid not null,
  -- taken together
  kind text not null check (kind in ('export', 'binary')),
  reason text not null check (reason in ('manual', 'scheduled', 'change', 'import', 'restore')),
  taken_at timestamptz not null,
  taken_by text not null,
  routeros text,
  serial text,
  name text not null check (length(name) between 1 and 100),
  bytes bigint not null,
  -- SHA-256 of what is inside
  digest bytea not null check (octet_length(digest) = 32),
  sealed bytea not null,
  -- the router keeps a binary of the same moment under this name
  on_router text,
  primary key (isp_id, id),
  foreign key (isp_id, router_id) references router (isp_id, id)
);
create index router_backup_router on router_backup (isp_id, router_id, taken_at desc);
select guard_isp_table('router_backup');
