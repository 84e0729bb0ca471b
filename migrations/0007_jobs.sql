-- What runs by itself: each business period of each job of each ISP is done by whoever inserts its row first.

create table schedule_run (
  isp_id uuid not null references isp (id),
  job text not null,
  period text not null,
  state text not null check (state in ('running', 'done', 'failed')),
  node uuid not null,
  started_at timestamptz not null,
  heartbeat_at timestamptz not null,
  finished_at timestamptz,
  attempts integer not null default 1,
  result jsonb,
  problem text,
  primary key (isp_id, job, period)
);
create index schedule_run_started on schedule_run (isp_id, started_at desc);
select guard_isp_table('schedule_run');
