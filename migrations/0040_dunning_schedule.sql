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
