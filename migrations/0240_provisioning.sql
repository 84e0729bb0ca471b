-- Setting routers up from templates: the templates with all their versions, and each run with what it did, step by step,
-- so that it can be taken back.

create table router_template (
  isp_id uuid not null references isp (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 60),
  -- the version that counts
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null,
  primary key (isp_id, id)
);
create unique index router_template_name_key on router_template (isp_id, lower(name));
select guard_isp_table('router_template');

create table router_template_version (
  isp_id uuid not null,
  template_id uuid not null,
  version integer not null check (version > 0),
  body text not null check (length(body) between 1 and 65536),
  at timestamptz not null,
  by_name text not null,
  primary key (isp_id, template_id, version),
  foreign key (isp_id, template_id) references router_template (isp_id, id)
);
select guard_isp_table('router_template_version');
create trigger router_template_version_append_only before update or delete or truncate on router_template_version
  for each statement execute function refuse_change();

create table provision_run (
  isp_id uuid not null,
  id uuid not null,
  router_id uuid not null,
  template_id uuid not null,
  template_version integer not null,
  state text not null check (state in ('draft', 'waiting', 'arming', 'applying', 'disarming', 'done', 'undoing', 'rolled_back', 'reverted', 'refused')),
  -- the values of its variables: some are secrets
  values_sealed bytea not null,
  -- how long the router waits for us before it takes everything back by itself
  dead_man_seconds integer not null check (dead_man_seconds between 1 and 3600),
  dead_man_at timestamptz,
  -- why it ended as it did: problems in the words of the locales
  problems jsonb not null default '[]',
  -- what it waits for at the moment
  waits_for text,
  asked_by text not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (isp_id, id),
  foreign key (isp_id, router_id) references router (isp_id, id),
  foreign key (isp_id, template_id, template_version) references router_template_version (isp_id, template_id, version)
);
-- Two at once would tear at the same router.
create unique index provision_run_active_key on provision_run (isp_id, router_id)
  where state in ('waiting', 'arming', 'applying', 'disarming', 'undoing');
create index provision_run_router on provision_run (isp_id, router_id, created_at desc);
select guard_isp_table('provision_run');

create table provision_step (
  isp_id uuid not null,
  run_id uuid not null,
  position integer not null,
  part text not null,
  menu text not null,
  name text not null,
  action text not null check (action in ('add', 'change', 'keep')),
  state text not null check (state in ('waiting', 'writing', 'done', 'kept', 'refused', 'undone')),
  -- the object, what it was and what it becomes: some of it is secret
  item_sealed bytea not null,
  -- the same without what is secret
  shown jsonb not null,
  at timestamptz,
  primary key (isp_id, run_id, position),
  foreign key (isp_id, run_id) references provision_run (isp_id, id)
);
select guard_isp_table('provision_step');
