-- The schedule as a person sees it, and dunning: what is said to whom about an unpaid bill, and when a line goes down.

-- One row for each server that looks for work: when none has a fresh beat, nothing runs anywhere. Platform's own table.
create table schedule_node (
  node uuid primary key,
  started_at timestamptz not null,
  beat_at timestamptz not null,
  stopped_at timestamptz
);

-- How far each job of each ISP has come, and whether somebody holds it.
create table schedule_job (
  isp_id uuid not null references isp (id),
  job text not null,
  -- the newest period that was done or given up: what is due begins after it
  watermark text,
  paused_at timestamptz,
  paused_by text,
  pause_reason text check (length(pause_reason) between 1 and 300),
  primary key (isp_id, job),
  check ((paused_at is null) = (paused_by is null) and (paused_at is null) = (pause_reason is null))
);
select guard_isp_table('schedule_job');

alter table schedule_run drop constraint schedule_run_state_check;
alter table schedule_run add constraint schedule_run_state_check check (state in ('waiting', 'running', 'done', 'failed', 'skipped'));
alter table schedule_run alter column node drop not null;
alter table schedule_run add column business_date date;
-- not before then is a failed period tried again
alter table schedule_run add column retry_at timestamptz;
-- somebody pressed "run now"; the period then is one of its own and moves no watermark
alter table schedule_run add column asked_by text;
-- Pressing twice runs once.
create unique index schedule_run_asked_key on schedule_run (isp_id, job, business_date) where asked_by is not null and state in ('waiting', 'running');
create index schedule_run_open on schedule_run (isp_id, job, period) where state in ('waiting', 'running', 'failed');
create index schedule_run_job on schedule_run (isp_id, job, started_at desc);

alter table schedule_run no force row level security;
alter table schedule_job no force row level security;
insert into schedule_job (isp_id, job, watermark) select isp_id, job, max(period) from schedule_run where state = 'done' group by isp_id, job;
alter table schedule_run force row level security;
alter table schedule_job force row level security;

-- What an ISP wants of dunning as a whole. No row: the product's own defaults.
create table dunning_setting (
  isp_id uuid not null references isp (id),
  -- nobody is written to from `quiet_from` until `quiet_until`, local time; the same time twice: always
  quiet_from time not null,
  quiet_until time not null,
  -- ISO days of the week, 1 is Monday
  weekend smallint[] not null check (weekend <@ array[1, 2, 3, 4, 5, 6, 7]::smallint[] and cardinality(weekend) < 7),
  -- more than so many percent of the customers whose line is up, or so many times what is usual: stop and ask; 0: never
  brake_share smallint not null check (brake_share between 0 and 100),
  brake_times smallint not null check (brake_times between 0 and 100),
  -- fewer customers than this never ask
  brake_least integer not null check (brake_least between 1 and 1000000),
  promise_days smallint not null check (promise_days between 1 and 30),
  promise_per_cycle smallint not null check (promise_per_cycle between 0 and 30),
  promise_per_year smallint not null check (promise_per_year between 0 and 100),
  promise_by_customer boolean not null,
  version integer not null default 1,
  primary key (isp_id)
);
select guard_isp_table('dunning_setting');

create table holiday (
  isp_id uuid not null references isp (id),
  day date not null,
  name text not null check (length(name) between 1 and 100),
  primary key (isp_id, day)
);
select guard_isp_table('holiday');

create table dunning_plan (
  isp_id uuid not null references isp (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 60),
  is_default boolean not null default false,
  version integer not null default 1,
  primary key (isp_id, id)
);
create unique index dunning_plan_name_key on dunning_plan (isp_id, lower(name));
create unique index dunning_plan_default_key on dunning_plan (isp_id) where is_default;
select guard_isp_table('dunning_plan');

create table dunning_step (
  isp_id uuid not null,
  plan_id uuid not null,
  -- days from the due date, negative before it
  offset_days smallint not null check (offset_days between -60 and 365),
  action text not null check (action in ('message', 'late_fee', 'call', 'visit', 'suspend', 'terminate')),
  template text,
  channels text[] not null default '{}' check (channels <@ array['sms', 'email', 'whatsapp']),
  primary key (isp_id, plan_id, offset_days, action),
  foreign key (isp_id, plan_id) references dunning_plan (isp_id, id),
  check ((action = 'message') = (template is not null)),
  check ((action = 'message') = (cardinality(channels) > 0))
);
select guard_isp_table('dunning_step');

-- null: the ISP's default plan
alter table billing_profile add column dunning_plan_id uuid;
alter table billing_profile add foreign key (isp_id, dunning_plan_id) references dunning_plan (isp_id, id);

-- Who is not written to and not cut, why and for how long.
create table dunning_exemption (
  isp_id uuid not null,
  customer_id uuid not null,
  reason text not null check (length(reason) between 1 and 300),
  -- the last day; null: until somebody ends it
  until_on date,
  set_by text not null,
  set_at timestamptz not null,
  primary key (isp_id, customer_id),
  foreign key (isp_id, customer_id) references customer (isp_id, id)
);
select guard_isp_table('dunning_exemption');
select guard_customer_table('dunning_exemption', 'customer_id');

create table promise (
  isp_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  made_on date not null,
  -- the last day on which it may be kept
  until_on date not null,
  -- the first day of the billing month it was made in
  cycle_on date not null,
  due_minor bigint not null check (due_minor > 0),
  currency char(3) not null,
  state text not null default 'open' check (state in ('open', 'kept', 'broken', 'cancelled')),
  by_customer boolean not null,
  made_by text not null,
  note text check (length(note) between 1 and 300),
  made_at timestamptz not null,
  closed_at timestamptz,
  primary key (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  check (until_on > made_on),
  check ((state = 'open') = (closed_at is null))
);
create unique index promise_open_key on promise (isp_id, customer_id) where state = 'open';
create index promise_customer on promise (isp_id, customer_id, made_on desc);
create index promise_ends on promise (isp_id, until_on) where state = 'open';
select guard_isp_table('promise');
select guard_customer_table('promise', 'customer_id');

-- Each step of a plan once for each invoice, whatever becomes of the plan: the row is the proof that it was done.
create table dunning_event (
  isp_id uuid not null,
  invoice_id uuid not null,
  offset_days smallint not null,
  action text not null,
  plan_id uuid not null,
  customer_id uuid not null,
  business_date date not null,
  at timestamptz not null,
  -- done; overtaken: a later step was due as well; no_address: nowhere to write to; exempt; promised
  result text not null check (result in ('done', 'overtaken', 'no_address', 'exempt', 'promised')),
  primary key (isp_id, invoice_id, offset_days, action),
  foreign key (isp_id, invoice_id) references invoice (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id)
);
create index dunning_event_customer on dunning_event (isp_id, customer_id, at desc);
create index dunning_event_day on dunning_event (isp_id, business_date);
select guard_isp_table('dunning_event');
select guard_customer_table('dunning_event', 'customer_id');
create trigger dunning_event_append_only before update or delete or truncate on dunning_event
  for each statement execute function refuse_change();

-- Somebody has to call or to go there.
create table dunning_task (
  isp_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  invoice_id uuid not null,
  kind text not null check (kind in ('call', 'visit')),
  state text not null default 'open' check (state in ('open', 'done', 'paid')),
  made_on date not null,
  closed_at timestamptz,
  closed_by text,
  note text check (length(note) between 1 and 300),
  primary key (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, invoice_id) references invoice (isp_id, id)
);
create index dunning_task_open on dunning_task (isp_id, made_on, id) where state = 'open';
create index dunning_task_invoice on dunning_task (isp_id, invoice_id) where state = 'open';
select guard_isp_table('dunning_task');
select guard_customer_table('dunning_task', 'customer_id');

-- Texts that an ISP wrote itself; what is not here is said in the product's words.
create table message_template (
  isp_id uuid not null references isp (id),
  template text not null,
  language text not null check (language in ('en', 'bn')),
  body text not null check (length(body) between 1 and 1000),
  version integer not null default 1,
  changed_at timestamptz not null,
  primary key (isp_id, template, language)
);
select guard_isp_table('message_template');

-- What is to be said to whom, with its text as it will be read. Something else carries it out.
create table message (
  isp_id uuid not null references isp (id),
  id uuid not null,
  template text not null,
  language text not null,
  channel text not null check (channel in ('sms', 'email', 'whatsapp')),
  -- what to fall back to, in order
  channels text[] not null default '{}',
  recipient text not null check (length(recipient) between 3 and 254),
  subject text,
  body text not null check (length(body) between 1 and 4000),
  parts smallint not null check (parts between 1 and 255),
  -- event, object, step and recipient: the same notice is never there twice
  dedupe_key text not null check (length(dedupe_key) between 8 and 300),
  not_before timestamptz not null,
  state text not null default 'queued' check (state in ('queued', 'cancelled', 'sending', 'sent', 'delivered', 'failed', 'unknown')),
  cancel_reason text check (cancel_reason in ('paid', 'by_hand')),
  customer_id uuid,
  invoice_id uuid,
  -- a reminder of a debt has no sense any more once that is paid
  until_paid boolean not null default false,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, invoice_id) references invoice (isp_id, id),
  check ((state = 'cancelled') = (cancel_reason is not null))
);
create unique index message_dedupe_key on message (isp_id, dedupe_key);
create index message_to_send on message (isp_id, not_before, id) where state = 'queued';
create index message_of_invoice on message (isp_id, invoice_id) where state = 'queued';
create index message_of_customer on message (isp_id, customer_id, created_at desc);
create index message_newest on message (isp_id, created_at desc, id desc);
select guard_isp_table('message');
-- Not guard_customer_table: a message need not be about a customer, and then is nobody's but the ISP's.
create policy scope on message as restrictive using (
  ((select current_owner()) is null and (select current_customer()) is null)
  or exists (select 1 from customer c where c.isp_id = message.isp_id and c.id = message.customer_id));

-- However a bill was settled (paid, credited, written off): nobody is reminded of it from this moment on.
create function stop_dunning_of_paid() returns trigger language plpgsql as $$
begin
  update message set state = 'cancelled', cancel_reason = 'paid', changed_at = now()
    where isp_id = new.isp_id and invoice_id = new.id and state = 'queued' and until_paid;
  update dunning_task set state = 'paid', closed_at = now()
    where isp_id = new.isp_id and invoice_id = new.id and state = 'open';
  return null;
end $$;
create trigger invoice_paid_stops_dunning after update of due_minor on invoice
  for each row when (new.due_minor = 0 and old.due_minor > 0) execute function stop_dunning_of_paid();

-- How many customers went down on a day, and how many of them somebody had released: what is usual is counted from it.
create table suspension_day (
  isp_id uuid not null references isp (id),
  day date not null,
  customers integer not null default 0 check (customers >= 0),
  released integer not null default 0 check (released >= 0),
  primary key (isp_id, day)
);
select guard_isp_table('suspension_day');

-- A run that would have cut off unusually many: stopped, and left to a person.
create table suspension_brake (
  isp_id uuid not null references isp (id),
  id uuid not null,
  business_date date not null,
  tripped_at timestamptz not null,
  -- the figures that it was stopped for
  would_suspend integer not null,
  active_base integer not null,
  usual_tenths integer not null,
  share_limit smallint not null,
  times_limit smallint not null,
  cause text not null check (cause in ('share', 'usual')),
  state text not null default 'open' check (state in ('open', 'released', 'dismissed')),
  decided_at timestamptz,
  decided_by text,
  reason text check (length(reason) between 1 and 300),
  primary key (isp_id, id),
  check ((state = 'open') = (decided_at is null) and (state = 'open') = (reason is null))
);
create unique index suspension_brake_open_key on suspension_brake (isp_id) where state = 'open';
create index suspension_brake_newest on suspension_brake (isp_id, tripped_at desc);
select guard_isp_table('suspension_brake');

create table suspension_brake_item (
  isp_id uuid not null,
  brake_id uuid not null,
  customer_id uuid not null,
  due_minor bigint not null,
  cut_on date not null,
  -- spared: not cut before `spared_until`, by whoever decided
  state text not null default 'held' check (state in ('held', 'released', 'spared')),
  spared_until date,
  primary key (isp_id, brake_id, customer_id),
  foreign key (isp_id, brake_id) references suspension_brake (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  check ((state = 'spared') = (spared_until is not null))
);
create index suspension_brake_item_customer on suspension_brake_item (isp_id, customer_id) where state in ('held', 'spared');
select guard_isp_table('suspension_brake_item');
