-- Accounting rewrites rows in place (HOT: no index is touched) only while their page has room. Reports come in the order in
-- which lines began, so all rows of a page are rewritten by the same batch, and none of the old ones is dead before it ends:
-- a page has to hold every row twice. What is over for months lies apart (radius_session_archive) and is packed.
alter table radius_session set (fillfactor = 50);
alter table usage_slot set (fillfactor = 50);
alter table usage_day set (fillfactor = 50);
alter table fair_use_counter set (fillfactor = 50);

-- Each row that comes looks up and locks what it refers to. A session refers to its ISP by its access server already; slots
-- are only written for services that are there, beside a day that holds its service.
alter table radius_session drop constraint radius_session_isp_id_fkey;
alter table usage_slot drop constraint usage_slot_isp_id_fkey;

-- The day of the month on which a subscriber's month begins.
alter table billing_profile add column cycle_day smallint not null
  generated always as (case when cycle_ends_with_month then 1::smallint else billing_day end) stored;

-- What one line gets where its policy would stop it; without a row, what the company wants for lines that may not be up.
create table fair_use_end (
  isp_id uuid not null,
  service_id uuid not null,
  at_end text not null check (at_end in ('reject', 'walled', 'slow')),
  up_kbps integer check (up_kbps > 0),
  down_kbps integer check (down_kbps > 0),
  primary key (isp_id, service_id),
  foreign key (isp_id, service_id) references service (isp_id, id),
  check ((at_end = 'slow') = (up_kbps is not null and down_kbps is not null))
);
select guard_isp_table('fair_use_end');
create trigger fair_use_end_told_insert after insert on fair_use_end referencing new table as changed_rows
  for each statement execute function tell_service_change();
create trigger fair_use_end_told_update after update on fair_use_end referencing new table as changed_rows
  for each statement execute function tell_service_change();
create trigger fair_use_end_told_delete after delete on fair_use_end referencing old table as changed_rows
  for each statement execute function tell_service_change();
create trigger fair_use_end_nudged_insert after insert on fair_use_end referencing new table as changed_rows
  for each statement execute function nudge_changed_services('fair_use');
create trigger fair_use_end_nudged_update after update on fair_use_end referencing new table as changed_rows
  for each statement execute function nudge_changed_services('fair_use');
create trigger fair_use_end_nudged_delete after delete on fair_use_end referencing old table as changed_rows
  for each statement execute function nudge_changed_services('fair_use');

-- A line that goes on slowly has one step more than its policy.
alter table fair_use_step drop constraint fair_use_step_step_check, add constraint fair_use_step_step_check check (step between 1 and 11);

-- Windows that are over, as they ended, for whoever asks what became of last month. Kept as long as days are.
create table fair_use_window (
  isp_id uuid not null,
  service_id uuid not null,
  begins date not null,
  ends date not null check (ends > begins),
  policy_id uuid not null,
  version integer not null,
  up bigint not null,
  down bigint not null,
  seconds bigint not null,
  -- what counted against limits of data, and the limit that was reached first with all that was there
  octets bigint not null,
  limit_octets bigint,
  limit_minutes integer,
  standing smallint not null,
  primary key (isp_id, service_id, begins, policy_id),
  foreign key (isp_id, service_id) references service (isp_id, id),
  foreign key (isp_id, policy_id, version) references fair_use_version (isp_id, policy_id, version)
);
create index fair_use_window_ends on fair_use_window (isp_id, ends);
select guard_isp_table('fair_use_window');
