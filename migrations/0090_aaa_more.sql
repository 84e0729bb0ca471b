-- More of AAA: which servers do what they are told, and how long attempts, orders and sessions are kept.

-- Who changed a session when he was asked; the server's own row stays as it is.
create index access_order_obeyed on access_order (isp_id, nas_id, answered_at desc) where kind = 'change' and answer = 'ack';

-- Who had an address, or a name, at a moment (AAA-14), and how anybody was last online.
create index radius_session_began on radius_session (isp_id, started_at desc);
create index radius_session_named on radius_session (isp_id, lower(username), started_at desc);
create index radius_session_address on radius_session (isp_id, framed_ip, started_at desc);
create index auth_attempt_reason on auth_attempt (isp_id, reason, at desc);

-- What each server of ours did since it started: belongs to no ISP, so it stands outside the ISP lock.
create table radius_node (
  node uuid primary key,
  started_at timestamptz not null,
  at timestamptz not null,
  subscribers bigint not null,
  figures jsonb not null
);

-- An override that is taken back in the moment it begins is gone, and whoever has it is told.
create trigger service_override_told_delete after delete on service_override referencing old table as changed_rows
  for each statement execute function tell_service_change();
create trigger service_override_nudged_delete after delete on service_override referencing old table as changed_rows
  for each statement execute function nudge_changed_services('speed');
