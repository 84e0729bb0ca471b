-- What is sold and for how much at each level: master packages, dated prices along the chain
-- `ISP cost <= reseller cost <= sub-reseller cost <= retail <= ceiling`, proposals from a master to the packages made of
-- it, moves of subscribers from one package to another, and what one subscriber has apart from his package.

-- A kind says how a package is sold and billed; it used to say how a line connects, which service.kind says.
alter table package drop constraint package_kind_check;
alter table package drop constraint package_validity_unit_check;
alter table package drop constraint package_validity_count_check;
do $$
declare
  one uuid;
begin
  for one in select id from isp loop
    perform set_config('app.isp_id', one::text, true);
    update package set kind = case when kind in ('hotspot', 'static_ip') then kind when validity_unit = 'days' then 'recurring' else 'monthly' end;
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;

alter table package
  alter column kind set default 'monthly',
  add constraint package_kind_check
    check (kind in ('monthly', 'daily', 'hourly', 'volume', 'one_time', 'static_ip', 'cable_tv', 'hotspot', 'bundle', 'recurring')),
  add constraint package_validity_check check (
    validity_unit = 'months' and validity_count between 1 and 12
    or validity_unit = 'days' and validity_count between 1 and 366
    or validity_unit = 'hours' and validity_count between 1 and 720
    or validity_unit = 'minutes' and validity_count between 1 and 1440),
  -- a price of nothing is only for what is meant to cost nothing
  add column pricing text not null default 'paid' check (pricing in ('paid', 'free', 'trial')),
  add column volume_mb bigint check (volume_mb > 0),
  add column burst_up_kbps integer check (burst_up_kbps > 0),
  add column burst_down_kbps integer check (burst_down_kbps > 0),
  add column burst_from_up_kbps integer check (burst_from_up_kbps > 0),
  add column burst_from_down_kbps integer check (burst_from_down_kbps > 0),
  add column burst_seconds smallint check (burst_seconds between 1 and 300),
  add column priority smallint check (priority between 1 and 8),
  -- so many subscribers share the speed
  add column contention smallint check (contention between 1 and 200),
  add column night_up_kbps integer check (night_up_kbps > 0),
  add column night_down_kbps integer check (night_down_kbps > 0),
  add column night_from time,
  add column night_to time,
  add column visibility text not null default 'public' check (visibility in ('public', 'private')),
  -- null: a package that stands alone
  add column master_id uuid,
  -- fields that are this package's own; the rest are its master's as it stood when last accepted
  add column overridden text[] not null default '{}',
  -- whose it is: null is the ISP itself
  add column seller_id uuid,
  add column seller_path text not null default '/',
  add constraint package_burst_check check (
    (burst_up_kbps is null or burst_up_kbps >= up_kbps) and (burst_down_kbps is null or burst_down_kbps >= down_kbps)
    and (burst_up_kbps is null or up_kbps is not null) and (burst_down_kbps is null or down_kbps is not null)),
  add constraint package_night_check check ((night_from is null) = (night_to is null) and night_from is distinct from night_to or night_from is null),
  add constraint package_seller_check check ((seller_id is null) = (seller_path = '/')),
  add foreign key (isp_id, seller_id) references account (isp_id, id);

-- Two sellers may call theirs the same.
drop index package_name_key;
create unique index package_name_key on package (isp_id, seller_path, lower(name));

create table master_package (
  isp_id uuid not null references isp (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  kind text not null,
  pricing text not null default 'paid' check (pricing in ('paid', 'free', 'trial')),
  currency char(3) not null,
  validity_unit text not null,
  validity_count smallint not null,
  up_kbps integer check (up_kbps > 0),
  down_kbps integer check (down_kbps > 0),
  volume_mb bigint check (volume_mb > 0),
  burst_up_kbps integer check (burst_up_kbps > 0),
  burst_down_kbps integer check (burst_down_kbps > 0),
  burst_from_up_kbps integer check (burst_from_up_kbps > 0),
  burst_from_down_kbps integer check (burst_from_down_kbps > 0),
  burst_seconds smallint check (burst_seconds between 1 and 300),
  priority smallint check (priority between 1 and 8),
  contention smallint check (contention between 1 and 200),
  night_up_kbps integer check (night_up_kbps > 0),
  night_down_kbps integer check (night_down_kbps > 0),
  night_from time,
  night_to time,
  visibility text not null default 'public' check (visibility in ('public', 'private')),
  status text not null default 'active' check (status in ('active', 'archived')),
  -- the tenant's package that this one came from, when it did
  tenant_package_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (isp_id, id),
  constraint master_package_kind_check
    check (kind in ('monthly', 'daily', 'hourly', 'volume', 'one_time', 'static_ip', 'cable_tv', 'hotspot', 'bundle', 'recurring')),
  constraint master_package_validity_check check (
    validity_unit = 'months' and validity_count between 1 and 12
    or validity_unit = 'days' and validity_count between 1 and 366
    or validity_unit = 'hours' and validity_count between 1 and 720
    or validity_unit = 'minutes' and validity_count between 1 and 1440)
);
create unique index master_package_name_key on master_package (isp_id, lower(name));
create unique index master_package_tenant_key on master_package (isp_id, tenant_package_id);
select guard_isp_table('master_package');
alter table package add foreign key (isp_id, master_id) references master_package (isp_id, id);
create index package_master on package (isp_id, master_id) where master_id is not null;

-- What the ISP itself pays, and the most anybody may ask, from a day on.
create table master_price (
  isp_id uuid not null,
  master_id uuid not null,
  level text not null check (level in ('cost', 'ceiling')),
  valid_from date not null,
  amount_minor bigint not null check (amount_minor between 0 and 100000000000000),
  set_by uuid,
  set_at timestamptz not null default now(),
  primary key (isp_id, master_id, level, valid_from),
  foreign key (isp_id, master_id) references master_package (isp_id, id)
);
select guard_isp_table('master_price');
-- What the ISP pays is nobody's business below it.
create policy seller on master_price as restrictive using (
  (select current_customer()) is null and (level = 'ceiling' or (select current_owner()) is null));

-- What a reseller pays for a master package, from a day on.
create table package_rate (
  isp_id uuid not null,
  master_id uuid not null,
  seller_id uuid not null,
  seller_path text not null check (seller_path ~ '^/.+/$'),
  valid_from date not null,
  cost_minor bigint not null check (cost_minor between 0 and 100000000000000),
  set_by uuid,
  set_at timestamptz not null default now(),
  primary key (isp_id, master_id, seller_id, valid_from),
  foreign key (isp_id, master_id) references master_package (isp_id, id),
  foreign key (isp_id, seller_id) references account (isp_id, id)
);
select guard_isp_table('package_rate');
create policy seller on package_rate as restrictive using (
  (select current_customer()) is null
  and ((select current_owner()) is null or starts_with(seller_path, (select current_owner()))));

-- A seller knows of the masters he was given a rate for.
create policy seller on master_package as restrictive using (
  (select current_customer()) is null
  and ((select current_owner()) is null
    or exists (select 1 from package_rate r where r.isp_id = master_package.isp_id and r.master_id = master_package.id)));

-- What a subscriber pays, from a day on. Each package has a row from its beginning.
create table package_price (
  isp_id uuid not null,
  package_id uuid not null,
  valid_from date not null,
  amount_minor bigint not null check (amount_minor between 0 and 100000000000000),
  set_by uuid,
  set_at timestamptz not null default now(),
  primary key (isp_id, package_id, valid_from),
  foreign key (isp_id, package_id) references package (isp_id, id) on delete cascade
);
select guard_isp_table('package_price');
create policy seller on package as restrictive using (
  (select current_owner()) is null or seller_path = '/' or starts_with(seller_path, (select current_owner())));
create policy seller on package_price as restrictive using (
  (select current_owner()) is null or exists (select 1 from package p where p.isp_id = package_price.isp_id and p.id = package_price.package_id));

do $$
declare
  one uuid;
begin
  for one in select id from isp loop
    perform set_config('app.isp_id', one::text, true);
    update package set pricing = 'free' where price_minor = 0;
    insert into package_price (isp_id, package_id, valid_from, amount_minor) select isp_id, id, '2000-01-01', price_minor from package;
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;

-- A package that is written without saying from when its price holds has it from always; one that says nothing of its
-- pricing and costs nothing is free.
create function package_first_price() returns trigger language plpgsql as $$
begin
  insert into package_price (isp_id, package_id, valid_from, amount_minor)
    values (new.isp_id, new.id, '2000-01-01', new.price_minor);
  return null;
end $$;
create trigger package_first_price after insert on package for each row execute function package_first_price();
create function package_pricing() returns trigger language plpgsql as $$
begin
  if new.price_minor = 0 and new.pricing = 'paid' then
    new.pricing := 'free';
  end if;
  return new;
end $$;
create trigger package_pricing before insert on package for each row execute function package_pricing();
alter table package add constraint package_zero_price check (price_minor > 0 or pricing <> 'paid');

-- The chain, held once more where no program can go round it. Days on which something changes are the only days that
-- can be wrong. Checked at the end of the transaction, so that a whole chain may be raised at once.
create function check_price_chain(of_isp uuid, of_master uuid) returns void language plpgsql as $$
declare
  wrong text;
begin
  with days as (
    select valid_from as day from master_price where isp_id = of_isp and master_id = of_master
    union select valid_from from package_rate where isp_id = of_isp and master_id = of_master
    union select v.valid_from from package_price v join package p on p.isp_id = v.isp_id and p.id = v.package_id
      where v.isp_id = of_isp and p.master_id = of_master
  ), levels as (
    select d.day,
      (select amount_minor from master_price m where m.isp_id = of_isp and m.master_id = of_master and m.level = 'cost' and m.valid_from <= d.day
        order by m.valid_from desc limit 1) as cost,
      (select amount_minor from master_price m where m.isp_id = of_isp and m.master_id = of_master and m.level = 'ceiling' and m.valid_from <= d.day
        order by m.valid_from desc limit 1) as ceiling
    from days d
  ), rates as (
    select distinct on (d.day, r.seller_id) d.day, r.seller_path, r.cost_minor
    from days d join package_rate r on r.isp_id = of_isp and r.master_id = of_master and r.valid_from <= d.day
    order by d.day, r.seller_id, r.valid_from desc
  ), retail as (
    select distinct on (d.day, p.id) d.day, p.seller_path, v.amount_minor
    from days d join package p on p.isp_id = of_isp and p.master_id = of_master and p.pricing = 'paid'
    join package_price v on v.isp_id = of_isp and v.package_id = p.id and v.valid_from <= d.day
    order by d.day, p.id, v.valid_from desc
  )
  select 'price_chain_' || what into wrong from (
    select 'ceiling' as what from levels l where l.cost > l.ceiling
    union all select 'cost' from rates r join levels l using (day) where r.cost_minor < l.cost
    union all select 'ceiling' from rates r join levels l using (day) where r.cost_minor > l.ceiling
    union all select 'cost' from rates child join rates parent using (day)
      where starts_with(child.seller_path, parent.seller_path) and child.cost_minor < parent.cost_minor
    union all select 'retail' from retail t join levels l using (day) where t.amount_minor < l.cost and t.seller_path = '/'
    union all select 'retail' from retail t join rates r on r.day = t.day and r.seller_path = t.seller_path where t.amount_minor < r.cost_minor
    union all select 'ceiling' from retail t join levels l using (day) where t.amount_minor > l.ceiling
  ) w limit 1;
  if wrong is not null then
    raise exception 'the price chain of master package % is out of order', of_master using errcode = '23514', constraint = wrong;
  end if;
end $$;
create function price_chain_changed() returns trigger language plpgsql as $$
declare
  master uuid;
  row_isp uuid;
begin
  if tg_op = 'DELETE' then
    row_isp := old.isp_id;
  else
    row_isp := new.isp_id;
  end if;
  if tg_table_name = 'package_price' then
    select master_id into master from package where isp_id = row_isp and id = case when tg_op = 'DELETE' then old.package_id else new.package_id end;
  elsif tg_op = 'DELETE' then
    master := old.master_id;
  else
    master := new.master_id;
  end if;
  if master is not null then
    perform check_price_chain(row_isp, master);
  end if;
  return null;
end $$;
create constraint trigger price_chain after insert or update or delete on master_price deferrable initially deferred
  for each row execute function price_chain_changed();
create constraint trigger price_chain after insert or update or delete on package_rate deferrable initially deferred
  for each row execute function price_chain_changed();
create constraint trigger price_chain after insert or update or delete on package_price deferrable initially deferred
  for each row execute function price_chain_changed();
create constraint trigger price_chain after insert or update of master_id, pricing on package deferrable initially deferred
  for each row when (new.master_id is not null) execute function price_chain_changed();

-- A master changed: what a package made of it would take over. Nothing happens until somebody says yes.
create table package_proposal (
  isp_id uuid not null,
  id uuid not null,
  package_id uuid not null,
  master_id uuid not null,
  master_version integer not null,
  before jsonb not null,
  after jsonb not null,
  state text not null default 'open' check (state in ('open', 'applying', 'applied', 'declined', 'superseded')),
  -- subscribers of the package when it was accepted, and how many were told to keep their terms until their cycle ends
  customers integer not null default 0,
  kept integer not null default 0,
  made_at timestamptz not null,
  decided_at timestamptz,
  decided_by uuid,
  finished_at timestamptz,
  primary key (isp_id, id),
  foreign key (isp_id, package_id) references package (isp_id, id) on delete cascade,
  foreign key (isp_id, master_id) references master_package (isp_id, id)
);
create unique index package_proposal_open_key on package_proposal (isp_id, package_id) where state in ('open', 'applying');
create index package_proposal_made on package_proposal (isp_id, made_at desc);
select guard_isp_table('package_proposal');
create policy seller on package_proposal as restrictive using (
  (select current_customer()) is null
  and ((select current_owner()) is null or exists (select 1 from package p where p.isp_id = package_proposal.isp_id and p.id = package_proposal.package_id)));

-- Subscribers on their way from one package to another: a job that may be killed at any moment and goes on.
create table package_move (
  isp_id uuid not null,
  id uuid not null,
  from_package uuid not null,
  to_package uuid not null,
  -- who was cheaper before stays so
  keep_price boolean not null default false,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  total integer not null,
  moved integer not null default 0,
  problem text,
  started_by uuid,
  started_at timestamptz not null,
  finished_at timestamptz,
  primary key (isp_id, id),
  constraint package_move_elsewhere check (from_package <> to_package),
  foreign key (isp_id, from_package) references package (isp_id, id) on delete cascade,
  foreign key (isp_id, to_package) references package (isp_id, id) on delete cascade
);
create unique index package_move_running_key on package_move (isp_id, from_package) where state in ('waiting', 'running');
create index package_move_started on package_move (isp_id, started_at desc);
select guard_isp_table('package_move');
create policy seller on package_move as restrictive using ((select current_customer()) is null and (select current_owner()) is null);

-- What one subscriber has apart from his package, for a while or until further notice. A price holds by business days,
-- everything else by instants; both half-open.
create table service_override (
  isp_id uuid not null,
  id uuid not null,
  service_id uuid not null,
  kind text not null check (kind in ('price', 'speed', 'volume', 'hours', 'minutes')),
  -- somebody's decision, or terms kept until the cycle ends because the package changed
  source text not null default 'person' check (source in ('person', 'proposal')),
  source_id uuid,
  price_minor bigint check (price_minor between 0 and 100000000000000),
  up_kbps integer check (up_kbps > 0),
  down_kbps integer check (down_kbps > 0),
  volume_mb bigint check (volume_mb > 0),
  minutes integer check (minutes > 0),
  -- the only hours of the day, in the ISP's time, in which the line may be up
  hours_from time,
  hours_to time,
  starts_on date,
  ends_on date,
  starts_at timestamptz,
  ends_at timestamptz,
  note text check (length(note) <= 500),
  created_by uuid,
  created_at timestamptz not null,
  -- when a starting or an ending was told to RADIUS
  begun_told boolean not null default false,
  ended_told boolean not null default false,
  primary key (isp_id, id),
  foreign key (isp_id, service_id) references service (isp_id, id),
  constraint service_override_what check (
    (kind = 'price') = (price_minor is not null)
    and (kind = 'volume') = (volume_mb is not null)
    and (kind = 'minutes') = (minutes is not null)
    and (kind = 'hours') = (hours_from is not null and hours_to is not null)
    and (kind = 'speed' or up_kbps is null and down_kbps is null)),
  constraint service_override_when check (
    case when kind = 'price' then starts_on is not null and starts_at is null and ends_at is null and (ends_on is null or ends_on > starts_on)
    else starts_at is not null and starts_on is null and ends_on is null and (ends_at is null or ends_at > starts_at) end)
);
create index service_override_service on service_override (isp_id, service_id, kind, starts_on, starts_at);
create index service_override_turns on service_override (isp_id, starts_at, ends_at) where kind <> 'price' and not ended_told;
create unique index service_override_source_key on service_override (isp_id, service_id, source_id, kind) where source_id is not null;
select guard_isp_table('service_override');
create policy scope on service_override as restrictive using (
  ((select current_owner()) is null and (select current_customer()) is null)
  or exists (select 1 from service s where s.isp_id = service_override.isp_id and s.id = service_override.service_id));
create trigger service_override_told_insert after insert on service_override referencing new table as changed_rows
  for each statement execute function tell_service_change();
create trigger service_override_told_update after update on service_override referencing new table as changed_rows
  for each statement execute function tell_service_change();

-- Two decisions of the same kind for the same time would leave it to chance which one holds.
create function refuse_override_overlap() returns trigger language plpgsql as $$
begin
  perform 1 from service where isp_id = new.isp_id and id = new.service_id for update;
  if exists (
    select 1 from service_override o
    where o.isp_id = new.isp_id and o.service_id = new.service_id and o.kind = new.kind and o.source = new.source and o.id <> new.id
      and case when new.kind = 'price'
        then daterange(o.starts_on, o.ends_on) && daterange(new.starts_on, new.ends_on)
        else tstzrange(o.starts_at, o.ends_at) && tstzrange(new.starts_at, new.ends_at) end) then
    raise exception 'service % has this apart already at that time', new.service_id using errcode = '23P01', constraint = 'service_override_overlap';
  end if;
  return new;
end $$;
create trigger service_override_overlap before insert or update of starts_on, ends_on, starts_at, ends_at on service_override
  for each row execute function refuse_override_overlap();

-- What a service costs for a period that begins on a day: what was agreed for it alone, else its package's price of that
-- day. Plain SQL, so that a query over all services takes it in: `cross join lateral service_price_on(s.isp_id, s.id, day)`.
create function service_price_on(of_isp uuid, of_service uuid, on_day date) returns table (price_minor bigint, override_id uuid)
language sql stable as $$
  select coalesce(o.price_minor, s.custom_price_minor, v.amount_minor, p.price_minor), o.id
  from service s
  join package p on p.isp_id = s.isp_id and p.id = s.package_id
  left join lateral (
    select w.amount_minor from package_price w
    where w.isp_id = s.isp_id and w.package_id = s.package_id and w.valid_from <= on_day
    order by w.valid_from desc limit 1) v on true
  left join lateral (
    select w.id, w.price_minor from service_override w
    where w.isp_id = s.isp_id and w.service_id = s.id and w.kind = 'price' and w.starts_on <= on_day and (w.ends_on is null or w.ends_on > on_day)
    order by w.starts_on desc limit 1) o on true
  where s.isp_id = of_isp and s.id = of_service
$$;

-- Who had a trial: by mobile, user name and national id, each as people cannot write it in two ways.
create table trial_use (
  isp_id uuid not null references isp (id),
  identity text not null check (identity ~ '^(mobile|username|nid):.+$'),
  service_id uuid not null,
  package_id uuid not null,
  at timestamptz not null,
  primary key (isp_id, identity),
  foreign key (isp_id, service_id) references service (isp_id, id)
);
select guard_isp_table('trial_use');

-- Packages of a tenant, offered to each of its ISPs, which take them over as masters of their own. Belongs to no ISP.
create table tenant_package (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  terms jsonb not null,
  status text not null default 'active' check (status in ('active', 'archived')),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create unique index tenant_package_name_key on tenant_package (tenant_id, lower(name));
