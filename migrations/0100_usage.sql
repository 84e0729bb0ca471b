-- What lines moved, by five minutes, hours, days and months; what is fair to use; data that is bought or carried over.
--
-- What it costs at 100,000 lines that report every five minutes: a row of usage_slot holds the twelve slots of an hour
-- of one line, so an hour is 100,000 rows of about 300 octets that are rewritten in place (HOT, no index is touched)
-- instead of 1.2 million rows and index entries. The key begins with the hour: what is written now lies together at the
-- right edge, and retention takes a range off the left one. Eight days are about 19 million rows, 6 GB; ninety days of
-- usage_hour are 216 million small rows, 20 GB; two years of usage_day 73 million, 7 GB. Graphs of one line read single
-- rows by hour: 168 for a week.

create table usage_slot (
  isp_id uuid not null references isp (id),
  -- when an hour of the ISP's clock began
  hour timestamptz not null,
  service_id uuid not null,
  -- the five minutes of the hour; null: nothing was told about them
  up bigint[] not null check (cardinality(up) = 12),
  down bigint[] not null check (cardinality(down) = 12),
  primary key (isp_id, hour, service_id)
) with (fillfactor = 70);
select guard_isp_table('usage_slot');

create function add_slots(a bigint[], b bigint[]) returns bigint[] language sql immutable parallel safe as $$
  select array[
    coalesce(a[1] + b[1], a[1], b[1]), coalesce(a[2] + b[2], a[2], b[2]), coalesce(a[3] + b[3], a[3], b[3]),
    coalesce(a[4] + b[4], a[4], b[4]), coalesce(a[5] + b[5], a[5], b[5]), coalesce(a[6] + b[6], a[6], b[6]),
    coalesce(a[7] + b[7], a[7], b[7]), coalesce(a[8] + b[8], a[8], b[8]), coalesce(a[9] + b[9], a[9], b[9]),
    coalesce(a[10] + b[10], a[10], b[10]), coalesce(a[11] + b[11], a[11], b[11]), coalesce(a[12] + b[12], a[12], b[12])]
$$;
create function sum_slots(a bigint[]) returns bigint language sql immutable parallel safe as $$
  select coalesce(a[1], 0) + coalesce(a[2], 0) + coalesce(a[3], 0) + coalesce(a[4], 0) + coalesce(a[5], 0) + coalesce(a[6], 0)
       + coalesce(a[7], 0) + coalesce(a[8], 0) + coalesce(a[9], 0) + coalesce(a[10], 0) + coalesce(a[11], 0) + coalesce(a[12], 0)
$$;

-- Hours whose slots are gone.
create table usage_hour (
  isp_id uuid not null references isp (id),
  hour timestamptz not null,
  service_id uuid not null,
  up bigint not null,
  down bigint not null,
  primary key (isp_id, hour, service_id)
);
select guard_isp_table('usage_hour');

alter table usage_day add column online_seconds bigint not null default 0;
create index usage_day_day on usage_day (isp_id, day);

create table usage_month (
  isp_id uuid not null,
  service_id uuid not null,
  -- its first day
  month date not null check (extract(day from month) = 1),
  input_octets bigint not null,
  output_octets bigint not null,
  online_seconds bigint not null,
  primary key (isp_id, service_id, month),
  foreign key (isp_id, service_id) references service (isp_id, id)
);
select guard_isp_table('usage_month');

create table fair_use_policy (
  isp_id uuid not null references isp (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 60),
  archived boolean not null default false,
  version integer not null default 1,
  primary key (isp_id, id)
);
create unique index fair_use_policy_name_key on fair_use_policy (isp_id, lower(name));
select guard_isp_table('fair_use_policy');

-- What a policy said: editing adds a version, what was decided under another one stays readable.
create table fair_use_version (
  isp_id uuid not null,
  policy_id uuid not null,
  version integer not null,
  rules jsonb not null,
  since timestamptz not null,
  set_by uuid,
  primary key (isp_id, policy_id, version),
  foreign key (isp_id, policy_id) references fair_use_policy (isp_id, id)
);
select guard_isp_table('fair_use_version');
create trigger fair_use_version_append_only before update or delete or truncate on fair_use_version
  for each statement execute function refuse_change();

create table package_fair_use (
  isp_id uuid not null,
  package_id uuid not null,
  policy_id uuid not null,
  primary key (isp_id, package_id),
  foreign key (isp_id, package_id) references package (isp_id, id) on delete cascade,
  foreign key (isp_id, policy_id) references fair_use_policy (isp_id, id)
);
create index package_fair_use_policy on package_fair_use (isp_id, policy_id);
select guard_isp_table('package_fair_use');

-- The window that is being counted. Written with every report of a line that has a policy, so no index holds what
-- changes then.
create table fair_use_counter (
  isp_id uuid not null,
  service_id uuid not null,
  policy_id uuid not null,
  version integer not null,
  begins date not null,
  up bigint not null,
  down bigint not null,
  seconds bigint not null,
  -- 0: free, n: the step, -1: stopped
  standing smallint not null default 0,
  -- 80 or 100 per cent were reached, and were told
  mark smallint not null default 0 check (mark in (0, 80, 100)),
  told smallint not null default 0,
  -- when it has to be looked at also when nobody moves anything
  due_at timestamptz not null,
  primary key (isp_id, service_id),
  foreign key (isp_id, service_id) references service (isp_id, id),
  foreign key (isp_id, policy_id, version) references fair_use_version (isp_id, policy_id, version)
) with (fillfactor = 70);
create index fair_use_counter_due on fair_use_counter (isp_id, due_at);
create index fair_use_counter_untold on fair_use_counter (isp_id) where mark > told;
select guard_isp_table('fair_use_counter');

-- Lines that are slow at present; RADIUS is told by triggers.
create table fair_use_step (
  isp_id uuid not null,
  service_id uuid not null,
  step smallint not null check (step between 1 and 10),
  up_kbps integer not null check (up_kbps > 0),
  down_kbps integer not null check (down_kbps > 0),
  since timestamptz not null,
  until timestamptz not null,
  primary key (isp_id, service_id),
  foreign key (isp_id, service_id) references service (isp_id, id)
);
select guard_isp_table('fair_use_step');
create trigger fair_use_step_told_insert after insert on fair_use_step referencing new table as changed_rows
  for each statement execute function tell_service_change();
create trigger fair_use_step_told_update after update on fair_use_step referencing new table as changed_rows
  for each statement execute function tell_service_change();
create trigger fair_use_step_told_delete after delete on fair_use_step referencing old table as changed_rows
  for each statement execute function tell_service_change();
create trigger fair_use_step_nudged_insert after insert on fair_use_step referencing new table as changed_rows
  for each statement execute function nudge_changed_services('fair_use');
create trigger fair_use_step_nudged_update after update on fair_use_step referencing new table as changed_rows
  for each statement execute function nudge_changed_services('fair_use');
create trigger fair_use_step_nudged_delete after delete on fair_use_step referencing old table as changed_rows
  for each statement execute function nudge_changed_services('fair_use');

-- What happened to a line, for whoever asks why it is slow.
create table fair_use_event (
  isp_id uuid not null,
  id uuid not null,
  service_id uuid not null,
  at timestamptz not null,
  kind text not null check (kind in ('free', 'slowed', 'stopped', 'ended')),
  policy_id uuid not null,
  version integer not null,
  begins date not null,
  step smallint,
  octets bigint not null,
  primary key (isp_id, id),
  foreign key (isp_id, service_id) references service (isp_id, id)
);
create index fair_use_event_service on fair_use_event (isp_id, service_id, at desc);
select guard_isp_table('fair_use_event');
create trigger fair_use_event_append_only before update or delete or truncate on fair_use_event
  for each statement execute function refuse_change();

-- Whoever changes the policy of lines has them looked at with the next minute.
create function fair_use_changed() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'service' then
    update fair_use_counter set due_at = 'epoch' where isp_id = new.isp_id and service_id = new.id;
  elsif tg_table_name = 'fair_use_policy' then
    update fair_use_counter set due_at = 'epoch' where isp_id = new.isp_id and policy_id = new.id;
  else
    update fair_use_counter c set due_at = 'epoch' from service s
    where c.isp_id = coalesce(new.isp_id, old.isp_id) and s.isp_id = c.isp_id and s.id = c.service_id
      and s.package_id = coalesce(new.package_id, old.package_id);
  end if;
  return null;
end $$;
create trigger service_fair_use after update of package_id, status on service for each row
  when (old.package_id <> new.package_id or old.status <> new.status) execute function fair_use_changed();
create trigger fair_use_policy_changed after update of version on fair_use_policy for each row execute function fair_use_changed();
create trigger package_fair_use_changed after insert or update or delete on package_fair_use for each row execute function fair_use_changed();

-- Data that is there beside what is included: bought, or left over.
create table data_credit (
  isp_id uuid not null,
  id uuid not null,
  service_id uuid not null,
  source text not null check (source in ('top_up', 'rollover')),
  octets bigint not null check (octets > 0),
  left_octets bigint not null check (left_octets between 0 and octets),
  since timestamptz not null,
  expires_at timestamptz not null,
  primary key (isp_id, id),
  foreign key (isp_id, service_id) references service (isp_id, id)
);
create index data_credit_there on data_credit (isp_id, service_id, expires_at) where left_octets > 0;
select guard_isp_table('data_credit');

create table top_up_offer (
  isp_id uuid not null references isp (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 60),
  octets bigint not null check (octets > 0),
  price_minor bigint not null check (price_minor > 0),
  tax_profile_id uuid,
  -- 0: until the window ends in which it is bought
  months smallint not null default 0 check (months between 0 and 12),
  -- subscribers may buy it themselves
  in_portal boolean not null default true,
  archived boolean not null default false,
  version integer not null default 1,
  primary key (isp_id, id),
  foreign key (isp_id, tax_profile_id) references tax_profile (isp_id, id)
);
create unique index top_up_offer_name_key on top_up_offer (isp_id, lower(name)) where not archived;
select guard_isp_table('top_up_offer');

create table top_up (
  isp_id uuid not null,
  id uuid not null,
  service_id uuid not null,
  customer_id uuid not null,
  offer_id uuid not null,
  name text not null,
  octets bigint not null,
  price_minor bigint not null,
  invoice_id uuid not null,
  credit_id uuid not null,
  source text not null check (source in ('staff', 'portal', 'auto')),
  at timestamptz not null,
  idempotency_key text not null check (length(idempotency_key) between 8 and 100),
  primary key (isp_id, id),
  foreign key (isp_id, service_id) references service (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, offer_id) references top_up_offer (isp_id, id),
  foreign key (isp_id, invoice_id) references invoice (isp_id, id),
  foreign key (isp_id, credit_id) references data_credit (isp_id, id)
);
create unique index top_up_key on top_up (isp_id, idempotency_key);
create index top_up_service on top_up (isp_id, service_id, at desc);
select guard_isp_table('top_up');
select guard_customer_table('top_up', 'customer_id');
create trigger top_up_append_only before update or delete or truncate on top_up
  for each statement execute function refuse_change();

-- Buys by itself when the first limit is reached and enough is paid ahead.
create table auto_top_up (
  isp_id uuid not null,
  service_id uuid not null,
  offer_id uuid not null,
  -- in one window
  most smallint not null check (most between 1 and 10),
  primary key (isp_id, service_id),
  foreign key (isp_id, service_id) references service (isp_id, id),
  foreign key (isp_id, offer_id) references top_up_offer (isp_id, id)
);
select guard_isp_table('auto_top_up');
