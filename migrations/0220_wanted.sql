-- What should be on routers, one row for each object: the newest intent stands in the place of the older ones. Whoever
-- changes a line knows nothing of routers; triggers note which lines to look at in the transaction that changed them.

create table router_want (
  isp_id uuid not null,
  router_id uuid not null,
  kind text not null check (kind in
    ('pool', 'ppp_profile', 'hotspot_profile', 'ppp_secret', 'hotspot_user', 'simple_queue', 'address_list', 'scheduler')),
  name text not null check (length(name) between 1 and 300),
  generation bigint not null default 1,
  -- null: must not be there. Never holds a password
  wanted jsonb,
  -- the password as the line has it, sealed for the line; and the one that the router was last given
  secret_sealed bytea,
  secret_told bytea,
  -- no reference: what a line left behind on a router outlives the line
  service_id uuid,
  -- a person said that what stands there by hand shall be ours
  adopt boolean not null default false,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'stuck', 'left')),
  tries integer not null default 0,
  next_at timestamptz not null,
  -- why not, as a word, and in the words of the router
  problem text,
  said text,
  -- why a person gave it up
  reason text check (length(reason) between 1 and 300),
  -- the newest intent, and since when the router has not had the newest one
  asked_at timestamptz not null,
  waiting_since timestamptz not null,
  applied_generation bigint,
  applied_at timestamptz,
  primary key (isp_id, router_id, kind, name),
  foreign key (isp_id, router_id) references router (isp_id, id) on delete cascade
);
create index router_want_open on router_want (isp_id, router_id, next_at) where state in ('waiting', 'stuck');
create index router_want_service on router_want (isp_id, service_id) where service_id is not null;
select guard_isp_table('router_want');
create policy scope on router_want as restrictive using (
  ((select current_owner()) is null and (select current_customer()) is null)
  or exists (select 1 from service s where s.isp_id = router_want.isp_id and s.id = router_want.service_id));

-- Which server talks to a router at the moment, when it is tried next, and what was wrong with it last.
create table router_errand (
  isp_id uuid not null,
  router_id uuid not null,
  node uuid,
  lease_until timestamptz,
  failures integer not null default 0,
  next_at timestamptz not null default '-infinity',
  problem text,
  said text,
  worked_at timestamptz,
  -- the last comparison with what the router holds
  audited_at timestamptz,
  audit_problem text,
  audit_said text,
  primary key (isp_id, router_id),
  foreign key (isp_id, router_id) references router (isp_id, id) on delete cascade
);
select guard_isp_table('router_errand');

-- Lines to be looked at: what they need of their router may have changed.
create table router_nudge (
  isp_id uuid not null references isp (id),
  service_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  primary key (isp_id, service_id)
);
create index router_nudge_order on router_nudge (isp_id, at);
select guard_isp_table('router_nudge');

-- When a line needs something else although nobody does anything.
create table router_turn (
  isp_id uuid not null references isp (id),
  service_id uuid not null,
  turns_at timestamptz not null,
  primary key (isp_id, service_id)
);
create index router_turn_due on router_turn (isp_id, turns_at);
select guard_isp_table('router_turn');

-- What the last comparison found.
create table router_drift (
  isp_id uuid not null,
  router_id uuid not null,
  kind text not null,
  name text not null,
  finding text not null check (finding in ('foreign', 'missing', 'differs', 'leftover')),
  differences jsonb not null default '[]',
  service_id uuid,
  primary key (isp_id, router_id, kind, name),
  foreign key (isp_id, router_id) references router (isp_id, id) on delete cascade
);
select guard_isp_table('router_drift');

-- Notes those of `services` that live on a router or have left something there.
create function nudge_routers(isp uuid, services uuid[]) returns void language plpgsql as $$
begin
  -- most have no such router: then a run over all lines costs one look and not one for each
  if not exists (select 1 from router r where r.isp_id = isp and r.auth_mode <> 'radius')
     and not exists (select 1 from router_want w where w.isp_id = isp and w.service_id is not null) then
    return;
  end if;
  insert into router_nudge (isp_id, service_id)
    select isp, s.id from unnest(services) as s (id)
    where exists (select 1 from service_router l join router r on r.isp_id = isp and r.id = l.router_id
                  where l.isp_id = isp and l.service_id = s.id and r.auth_mode <> 'radius')
       or exists (select 1 from router_want w where w.isp_id = isp and w.service_id = s.id and w.wanted is not null)
    order by s.id
  on conflict (isp_id, service_id) do update set at = excluded.at;
  if found then
    perform pg_notify('router', isp::text);
  end if;
end $$;

create function nudge_routers_service() returns trigger language plpgsql as $$
declare
  one record;
begin
  for one in
    select n.isp_id, array_agg(n.id) as services from new_rows n join old_rows o on o.isp_id = n.isp_id and o.id = n.id
    where (n.status, n.package_id, n.username, n.kind, n.secret_sealed, n.static_ip, n.expires_at, n.cutoff_at)
      is distinct from (o.status, o.package_id, o.username, o.kind, o.secret_sealed, o.static_ip, o.expires_at, o.cutoff_at)
    group by n.isp_id
  loop
    perform nudge_routers(one.isp_id, one.services);
  end loop;
  return null;
end $$;
create trigger service_wanted_update after update on service referencing old table as old_rows new table as new_rows
  for each statement execute function nudge_routers_service();

create function nudge_routers_gone() returns trigger language plpgsql as $$
declare
  one record;
begin
  for one in select isp_id, array_agg(id) as services from changed_rows group by isp_id loop
    perform nudge_routers(one.isp_id, one.services);
  end loop;
  return null;
end $$;
create trigger service_wanted_delete after delete on service referencing old table as changed_rows
  for each statement execute function nudge_routers_gone();

create function nudge_routers_changed() returns trigger language plpgsql as $$
declare
  one record;
begin
  for one in select isp_id, array_agg(distinct service_id) as services from changed_rows group by isp_id loop
    perform nudge_routers(one.isp_id, one.services);
  end loop;
  return null;
end $$;

do $$
declare
  line_table text;
begin
  foreach line_table in array array['service_block', 'service_access', 'service_mac', 'service_override', 'fair_use_step', 'fair_use_end', 'service_router'] loop
    execute format('create trigger %1$s_wanted_insert after insert on %1$I referencing new table as changed_rows
      for each statement execute function nudge_routers_changed()', line_table);
    execute format('create trigger %1$s_wanted_update after update on %1$I referencing new table as changed_rows
      for each statement execute function nudge_routers_changed()', line_table);
    execute format('create trigger %1$s_wanted_delete after delete on %1$I referencing old table as changed_rows
      for each statement execute function nudge_routers_changed()', line_table);
  end loop;
end $$;

create function nudge_routers_package() returns trigger language plpgsql as $$
declare
  package uuid := case when tg_table_name = 'package' then (to_jsonb(new) ->> 'id')::uuid else (to_jsonb(new) ->> 'package_id')::uuid end;
begin
  perform nudge_routers(new.isp_id, array(select s.id from service s where s.isp_id = new.isp_id and s.package_id = package));
  return null;
end $$;
create trigger package_wanted after update on package for each row
  when ((old.up_kbps, old.down_kbps, old.burst_up_kbps, old.burst_down_kbps, old.burst_from_up_kbps, old.burst_from_down_kbps,
         old.burst_seconds, old.priority, old.contention, old.night_up_kbps, old.night_down_kbps, old.night_from, old.night_to)
        is distinct from
        (new.up_kbps, new.down_kbps, new.burst_up_kbps, new.burst_down_kbps, new.burst_from_up_kbps, new.burst_from_down_kbps,
         new.burst_seconds, new.priority, new.contention, new.night_up_kbps, new.night_down_kbps, new.night_from, new.night_to))
  execute function nudge_routers_package();
create trigger package_access_wanted after insert or update on package_access for each row execute function nudge_routers_package();

-- A router that is served another way touches everybody who lives there.
create function nudge_routers_router() returns trigger language plpgsql as $$
begin
  insert into router_nudge (isp_id, service_id)
    select l.isp_id, l.service_id from service_router l where l.isp_id = new.isp_id and l.router_id = new.id order by l.service_id
  on conflict (isp_id, service_id) do update set at = excluded.at;
  perform pg_notify('router', new.isp_id::text);
  return null;
end $$;
create trigger router_wanted after update of auth_mode, status on router for each row
  when ((old.auth_mode, old.status) is distinct from (new.auth_mode, new.status)) execute function nudge_routers_router();

-- Many lines held down or let up at once, as a job: the lines are chosen when it is asked for, each has its own result.
create table bulk_job (
  isp_id uuid not null references isp (id),
  id uuid not null,
  action text not null check (action in ('suspend', 'resume')),
  reason text not null check (reason in ('abuse', 'request', 'maintenance', 'admin')),
  note text not null default '' check (length(note) <= 300),
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'cancelled')),
  -- whose part of the tree it was asked in
  owner_path text,
  started_by uuid,
  started_name text not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  primary key (isp_id, id)
);
create index bulk_job_started on bulk_job (isp_id, started_at desc);
select guard_isp_table('bulk_job');
create policy scope on bulk_job as restrictive using (
  (select current_customer()) is null
  and ((select current_owner()) is null or starts_with(coalesce(owner_path, ''), (select current_owner()))));

create table bulk_row (
  isp_id uuid not null,
  job_id uuid not null,
  position integer not null,
  service_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'left', 'failed')),
  problem text,
  at timestamptz,
  primary key (isp_id, job_id, position),
  foreign key (isp_id, job_id) references bulk_job (isp_id, id) on delete cascade,
  foreign key (isp_id, service_id) references service (isp_id, id) on delete cascade
);
create unique index bulk_row_service_key on bulk_row (isp_id, job_id, service_id);
create index bulk_row_state on bulk_row (isp_id, job_id, state, position);
create index bulk_row_service on bulk_row (isp_id, service_id);
select guard_isp_table('bulk_row');
create policy scope on bulk_row as restrictive using (
  exists (select 1 from bulk_job j where j.isp_id = bulk_row.isp_id and j.id = bulk_row.job_id));
