-- The platform above the ISPs: plans and their limits, slots, suspension, a log of its own, notices, the networks from
-- which people may come, and settings by level.

-- ---- Plans: null is without a limit ----

create table plan (
  id uuid primary key,
  name text not null check (length(name) between 1 and 60),
  max_isps integer check (max_isps between 1 and 10000),
  max_users integer check (max_users between 1 and 1000000),
  max_customers integer check (max_customers between 1 and 100000000),
  max_routers integer check (max_routers between 1 and 1000000),
  archived boolean not null default false,
  version integer not null default 1,
  created_at timestamptz not null default now()
);
create unique index plan_name_key on plan (lower(name));

alter table tenant
  -- null: nothing is limited
  add column plan_id uuid references plan (id),
  -- how many ISPs it may have that are not terminated
  add column slots integer not null default 0 check (slots between 0 and 10000),
  -- its own address, and a name before the platform's
  add column domain text check (domain = lower(domain) and length(domain) between 1 and 253),
  add column subdomain text check (subdomain ~ '^[a-z][a-z0-9-]{1,30}$'),
  add column suspended_at timestamptz,
  add column suspended_why text not null default '',
  add column deleted_at timestamptz,
  add column version integer not null default 1,
  add constraint tenant_suspended check ((status = 'suspended') = (suspended_at is not null));
create unique index tenant_domain_key on tenant (domain);
create unique index tenant_subdomain_key on tenant (subdomain);
create unique index tenant_name_key on tenant (lower(name)) where deleted_at is null;
-- Who is here already keeps what he has.
update tenant t set slots = (select count(*) from isp i where i.tenant_id = t.id);

alter table isp
  drop constraint isp_status_check,
  add constraint isp_status_check check (status in ('active', 'suspended', 'terminated')),
  add column suspended_at timestamptz,
  add column suspended_why text not null default '',
  add column terminated_at timestamptz,
  add column version integer not null default 1;
update isp set suspended_at = now() where status = 'suspended';
alter table isp
  add constraint isp_suspended check ((status = 'suspended') = (suspended_at is not null)),
  add constraint isp_terminated check ((status = 'terminated') = (terminated_at is not null));
create index isp_tenant on isp (tenant_id);
create index isp_host_isp on isp_host (isp_id);

-- ---- Slots: every change stays ----

create table slot_entry (
  id uuid primary key,
  at timestamptz not null,
  tenant_id uuid not null references tenant (id),
  kind text not null check (kind in ('assign', 'free', 'transfer', 'plan')),
  change integer not null check (change <> 0),
  slots integer not null check (slots >= 0),
  -- where they went, or came from
  other_tenant uuid references tenant (id),
  reason text not null check (length(reason) <= 500),
  actor_id uuid,
  actor_name text not null
);
create index slot_entry_at on slot_entry (at desc, id desc);
create index slot_entry_tenant on slot_entry (tenant_id, at desc, id desc);
create trigger slot_entry_append_only before update or delete or truncate on slot_entry
  for each statement execute function refuse_change();
revoke delete, truncate on slot_entry from current_user;
insert into slot_entry (id, at, tenant_id, kind, change, slots, reason, actor_name)
  select gen_random_uuid(), now(), id, 'assign', slots, slots, '', 'migration' from tenant where slots > 0;

-- A tenant asks for more.
create table plan_request (
  id uuid primary key,
  at timestamptz not null,
  tenant_id uuid not null references tenant (id),
  what text not null check (what in ('isps', 'users', 'customers', 'routers')),
  words text not null check (length(words) between 1 and 1000),
  actor_name text not null,
  answered_at timestamptz,
  answer text check (length(answer) between 1 and 1000)
);
create unique index plan_request_open_key on plan_request (tenant_id, what) where answered_at is null;
create index plan_request_at on plan_request (at desc);

-- ---- What was done above the ISPs ----

create table platform_entry (
  id uuid primary key,
  at timestamptz not null,
  actor_id uuid,
  actor_name text not null,
  action text not null,
  tenant_id uuid references tenant (id),
  isp_id uuid references isp (id),
  subject text not null default '',
  before jsonb,
  after jsonb,
  ip inet
);
create index platform_entry_at on platform_entry (at desc, id desc);
create index platform_entry_tenant on platform_entry (tenant_id, at desc, id desc);
create trigger platform_entry_append_only before update or delete or truncate on platform_entry
  for each statement execute function refuse_change();
revoke delete, truncate on platform_entry from current_user;

-- ---- How much an ISP has, kept with each row that comes or goes, so that nothing is ever counted under load ----

create table isp_count (
  isp_id uuid not null references isp (id),
  what text not null check (what in ('users', 'customers', 'routers')),
  n bigint not null,
  primary key (isp_id, what)
);

-- Adds to the count, and refuses what the plan of the tenant does not allow. The ISPs of a tenant wait for each other
-- only where there is a limit; fewer is always allowed.
create function count_isp_rows(isp uuid, thing text, more bigint) returns void language plpgsql as $$
declare
  tenant uuid;
  most integer;
  have bigint;
begin
  if more = 0 then
    return;
  end if;
  insert into isp_count as c (isp_id, what, n) values (isp, thing, more)
    on conflict (isp_id, what) do update set n = c.n + excluded.n;
  if more < 0 then
    return;
  end if;
  select i.tenant_id, case thing when 'users' then p.max_users when 'customers' then p.max_customers else p.max_routers end
    into tenant, most from isp i join tenant t on t.id = i.tenant_id join plan p on p.id = t.plan_id where i.id = isp;
  if most is null then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('plan ' || thing || tenant::text, 0));
  select sum(c.n) into have from isp_count c join isp i on i.id = c.isp_id
    where i.tenant_id = tenant and i.status <> 'terminated' and c.what = thing;
  if have > most then
    raise exception 'the plan allows % %', most, thing
      using errcode = 'LM005', constraint = 'plan_limit:' || thing || ':' || most;
  end if;
end $$;

create function count_new_rows() returns trigger language plpgsql as $$
begin
  perform count_isp_rows(isp_id, tg_argv[0], count(*)) from new_rows group by isp_id;
  return null;
end $$;
create function count_old_rows() returns trigger language plpgsql as $$
begin
  perform count_isp_rows(isp_id, tg_argv[0], -count(*)) from old_rows group by isp_id;
  return null;
end $$;
create function count_new_users() returns trigger language plpgsql as $$
begin
  perform count_isp_rows(isp_id, 'users', count(*)) from new_rows where role <> 'customer' and status = 'active' group by isp_id;
  return null;
end $$;
-- Switched on or off again.
create function count_turned_row() returns trigger language plpgsql as $$
begin
  perform count_isp_rows(new.isp_id, tg_argv[0],
    case when new.status = 'active' then 1 when old.status = 'active' then -1 else 0 end);
  return null;
end $$;

create trigger customer_counted after insert on customer referencing new table as new_rows
  for each statement execute function count_new_rows('customers');
create trigger customer_uncounted after delete on customer referencing old table as old_rows
  for each statement execute function count_old_rows('customers');
create trigger nas_counted after insert on nas referencing new table as new_rows
  for each statement execute function count_new_rows('routers');
create trigger nas_turned after update of status on nas
  for each row when (new.status is distinct from old.status) execute function count_turned_row('routers');
create trigger account_counted after insert on account referencing new table as new_rows
  for each statement execute function count_new_users();
create trigger account_turned after update of status on account
  for each row when (new.status is distinct from old.status and new.role <> 'customer') execute function count_turned_row('users');

do $$
declare
  one uuid;
begin
  for one in select id from isp loop
    perform set_config('app.isp_id', one::text, true);
    insert into isp_count (isp_id, what, n)
      select one, 'customers', count(*) from customer where isp_id = one
      union all select one, 'users', count(*) from account where isp_id = one and role <> 'customer' and status = 'active'
      union all select one, 'routers', count(*) from nas where isp_id = one and status = 'active';
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;

-- ---- The networks from which staff may come: to an ISP (scope: its id), or to the platform (zeros). None: from anywhere.
-- Read before anybody is known. ----

create table admin_network (
  scope uuid not null,
  network cidr not null,
  label text not null check (length(label) <= 60),
  -- switched off from the command line: the list stays, and holds nobody
  active boolean not null default true,
  added_by text not null,
  added_at timestamptz not null,
  primary key (scope, network)
);
