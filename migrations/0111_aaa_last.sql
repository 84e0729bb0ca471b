-- Sessions that are over for months lie apart: what accounting reads and writes stays small, and nothing is lost.

create table radius_session_archive (
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
  stopped_at timestamptz not null,
  stop_cause text,
  input_octets bigint not null,
  output_octets bigint not null,
  session_seconds bigint not null,
  primary key (isp_id, id),
  foreign key (isp_id, nas_id) references nas (isp_id, id)
);
create index radius_session_archive_began on radius_session_archive (isp_id, started_at desc);
create index radius_session_archive_customer on radius_session_archive (isp_id, customer_id, started_at desc);
create index radius_session_archive_address on radius_session_archive (isp_id, framed_ip, started_at desc);
select guard_isp_table('radius_session_archive');
select guard_customer_table('radius_session_archive', 'customer_id');

-- All of them, wherever they lie. The rows keep their own locks.
create view radius_session_ever with (security_invoker = true) as
  select isp_id, id, nas_id, acct_session_id, username, service_id, customer_id, mac, framed_ip, nas_port, started_at, updated_at, stopped_at,
         stop_cause, input_octets, output_octets, session_seconds
  from radius_session
  union all
  select isp_id, id, nas_id, acct_session_id, username, service_id, customer_id, mac, framed_ip, nas_port, started_at, updated_at, stopped_at,
         stop_cause, input_octets, output_octets, session_seconds
  from radius_session_archive;

-- For how many months an ISP keeps them; without a row for good, because somebody may have to say years later who had an
-- address.
create table session_retention (
  isp_id uuid primary key references isp (id),
  months integer not null check (months between 6 and 120)
);
select guard_isp_table('session_retention');

-- Real requests that somebody sent to see what comes back, with their answers; secrets are not among them.
create table radius_trial (
  isp_id uuid not null references isp (id),
  id uuid not null,
  nas_id uuid not null,
  kind text not null check (kind in ('login', 'reach')),
  at timestamptz not null,
  by_name text,
  outcome text not null check (outcome in ('accept', 'reject', 'silence', 'ack', 'nak', 'timeout', 'unreachable')),
  millis bigint not null check (millis >= 0),
  said jsonb not null,
  primary key (isp_id, id),
  foreign key (isp_id, nas_id) references nas (isp_id, id)
);
create index radius_trial_at on radius_trial (isp_id, at desc);
select guard_isp_table('radius_trial');
