-- More of AAA: which servers do what they are told, and how long attempts, orders and sessions are kept.

-- Who changed a session when he was asked; the server's own row stays as it is.
create index access_order_obeyed on access_order (isp_id, nas_id, answered_at desc) where kind = 'change' and answer = 'ack';

-- Who had an address at a moment (AAA-14), and who was online lately. A name is found through its subscriber: each more
-- index is paid for by every session that begins.
create index radius_session_began on radius_session (isp_id, started_at desc);
create index radius_session_address on radius_session (isp_id, framed_ip, started_at desc);

-- Every report of a session changes the row of its day.
alter table usage_day set (fillfactor = 70);

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
