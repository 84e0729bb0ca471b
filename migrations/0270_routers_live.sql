-- Sessions are also told by routers that let people in by themselves: nobody reports those, so we look. Then `nas_id` is
-- the router itself, also where the router is a RADIUS client beside it: what it tells by accounting and what we saw stay
-- apart, and no order of RADIUS is ever placed for a session that RADIUS knows nothing of.
alter table radius_session drop constraint radius_session_isp_id_nas_id_fkey;
alter table radius_session_archive drop constraint radius_session_archive_isp_id_nas_id_fkey;

-- Whoever tells of sessions, by name.
create view session_place with (security_invoker = true) as
  select isp_id, id, name from nas
  union all
  select isp_id, id, name from router;

-- A template for many routers: planned for each before any is touched, then set up one after the other.
create table provision_rollout (
  isp_id uuid not null,
  id uuid not null,
  template_id uuid not null,
  template_version integer not null,
  state text not null check (state in ('reading', 'ready', 'running', 'stopped', 'done')),
  -- the others begin when the first one is done
  first_alone boolean not null,
  at_once integer not null check (at_once between 1 and 10),
  asked_by text not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (isp_id, id),
  foreign key (isp_id, template_id, template_version) references router_template_version (isp_id, template_id, version)
);
create index provision_rollout_template on provision_rollout (isp_id, template_id, created_at desc);
select guard_isp_table('provision_rollout');

create table provision_rollout_router (
  isp_id uuid not null,
  rollout_id uuid not null,
  -- the order in which they have their turn
  position integer not null,
  router_id uuid not null,
  -- nothing where its values were refused before it was asked
  run_id uuid,
  outlook text not null check (outlook in ('waiting', 'ready', 'same', 'refused')),
  adds integer not null default 0,
  changes integer not null default 0,
  keeps integer not null default 0,
  -- why it is left out, in the words of the locales
  problems jsonb not null default '[]',
  primary key (isp_id, rollout_id, position),
  foreign key (isp_id, rollout_id) references provision_rollout (isp_id, id),
  foreign key (isp_id, router_id) references router (isp_id, id),
  foreign key (isp_id, run_id) references provision_run (isp_id, id)
);
create unique index provision_rollout_router_key on provision_rollout_router (isp_id, rollout_id, router_id);
create unique index provision_rollout_run_key on provision_rollout_router (isp_id, run_id);
select guard_isp_table('provision_rollout_router');

-- A run that was tried on a copy of its router, the last time.
create table provision_rehearsal (
  isp_id uuid not null,
  run_id uuid not null,
  at timestamptz not null,
  by_name text not null,
  -- what was written on the copy
  written integer not null check (written >= 0),
  -- what a second run would still have changed there: none, when the template is sound
  again integer not null check (again >= 0),
  problems jsonb not null default '[]',
  primary key (isp_id, run_id),
  foreign key (isp_id, run_id) references provision_run (isp_id, id)
);
select guard_isp_table('provision_rehearsal');
