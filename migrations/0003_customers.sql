-- Customers (the party that pays), what can be sold to them, and the services they hold.

create table tax_profile (
  isp_id uuid not null references isp (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 60),
  rate numeric(7, 4) not null check (rate >= 0 and rate <= 100),
  inclusive boolean not null,
  primary key (isp_id, id)
);
create unique index tax_profile_name_key on tax_profile (isp_id, lower(name));
select guard_isp_table('tax_profile');

create table package (
  isp_id uuid not null references isp (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  kind text not null default 'pppoe' check (kind in ('pppoe', 'hotspot', 'static_ip')),
  -- kbit/s, null means unlimited.
  up_kbps integer check (up_kbps > 0),
  down_kbps integer check (down_kbps > 0),
  price_minor bigint not null check (price_minor >= 0),
  currency char(3) not null,
  validity_unit text not null check (validity_unit in ('months', 'days')),
  validity_count smallint not null check (validity_count between 1 and 366),
  tax_profile_id uuid,
  status text not null default 'active' check (status in ('active', 'archived')),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (isp_id, id),
  foreign key (isp_id, tax_profile_id) references tax_profile (isp_id, id)
);
create unique index package_name_key on package (isp_id, lower(name));
select guard_isp_table('package');

create table billing_profile (
  isp_id uuid not null references isp (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 60),
  billing_day smallint not null check (billing_day between 1 and 28),
  due_days smallint not null check (due_days between 0 and 90),
  grace_days smallint not null check (grace_days between 0 and 90),
  -- null: the ISP's own zone
  time_zone text,
  auto_suspend boolean not null default true,
  tolerance_minor bigint not null default 0 check (tolerance_minor >= 0),
  is_default boolean not null default false,
  primary key (isp_id, id)
);
create unique index billing_profile_name_key on billing_profile (isp_id, lower(name));
create unique index billing_profile_default_key on billing_profile (isp_id) where is_default;
select guard_isp_table('billing_profile');

create table number_series (
  isp_id uuid not null references isp (id),
  series text not null,
  next bigint not null default 1 check (next > 0),
  primary key (isp_id, series)
);
select guard_isp_table('number_series');

create table customer (
  isp_id uuid not null references isp (id),
  id uuid not null,
  number text not null,
  name text not null check (length(name) between 1 and 200),
  mobile text check (mobile ~ '^\+[0-9]{8,15}$'),
  email text,
  national_id text,
  address text,
  -- the number a customer had in the books he was imported from
  former_number text,
  note text,
  owner_path text not null default '/',
  billing_profile_id uuid not null,
  status text not null default 'active' check (status in ('active', 'closed')),
  -- lower-case words a search box may look for: number, name, mobile, usernames
  search_text text not null,
  import_id uuid,
  created_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (isp_id, id),
  foreign key (isp_id, billing_profile_id) references billing_profile (isp_id, id)
);
create unique index customer_number_key on customer (isp_id, number);
create index customer_mobile on customer (isp_id, mobile);
create index customer_name on customer (isp_id, lower(name), id);
create index customer_created on customer (isp_id, created_at, id);
create index customer_owner on customer (isp_id, owner_path text_pattern_ops);
create index customer_import on customer (isp_id, import_id) where import_id is not null;
select guard_isp_table('customer');
create policy owner on customer as restrictive using (
  (select current_owner()) is null or starts_with(owner_path, (select current_owner())));
create policy portal on customer as restrictive using (
  (select current_customer()) is null or id = (select current_customer()));

create table service (
  isp_id uuid not null references isp (id),
  id uuid not null,
  customer_id uuid not null,
  package_id uuid not null,
  kind text not null default 'pppoe' check (kind in ('pppoe', 'hotspot', 'static_ip')),
  username text not null,
  username_key text not null generated always as (lower(username)) stored,
  secret_sealed bytea not null,
  mac macaddr,
  static_ip inet,
  -- null: the package's price
  custom_price_minor bigint check (custom_price_minor >= 0),
  status text not null default 'active' check (status in ('pending', 'active', 'terminated')),
  starts_on date not null,
  -- first day that no invoice covers yet (periods are half-open)
  billed_until date not null,
  -- prepaid end of service, when there is one
  expires_at timestamptz,
  -- from this instant on the line may not be up unless somebody pays: kept equal to what the invoices say
  cutoff_at timestamptz,
  created_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, package_id) references package (isp_id, id)
);
create unique index service_username_key on service (isp_id, username_key) where status <> 'terminated';
create index service_customer on service (isp_id, customer_id);
create index service_package on service (isp_id, package_id);
create index service_to_bill on service (isp_id, billed_until, id) where status = 'active';
create index service_cutoff on service (isp_id, cutoff_at) where status = 'active';
create unique index service_static_ip_key on service (isp_id, static_ip) where status <> 'terminated';
select guard_isp_table('service');
select guard_customer_table('service', 'customer_id');

-- Why a service is down. It is up when no row is left.
create table service_block (
  isp_id uuid not null,
  service_id uuid not null,
  reason text not null check (reason in ('non_payment', 'volume', 'time', 'abuse', 'request', 'maintenance', 'admin')),
  since timestamptz not null,
  until timestamptz,
  note text,
  set_by uuid,
  primary key (isp_id, service_id, reason),
  foreign key (isp_id, service_id) references service (isp_id, id)
);
select guard_isp_table('service_block');

-- Tells every server what changed, so that a RADIUS decision is never older than a moment. Large statements say
-- "everything of this ISP" instead of a hundred thousand single names.
create function tell_service_change() returns trigger language plpgsql as $$
declare
  changed integer;
begin
  select count(*) into changed from changed_rows;
  if changed > 50 then
    perform pg_notify('subscriber', isp_id::text) from (select distinct isp_id from changed_rows) i;
  elsif tg_table_name = 'service' then
    perform pg_notify('subscriber', isp_id || ':' || (to_jsonb(r) ->> 'id')) from changed_rows r;
  else
    perform pg_notify('subscriber', isp_id || ':' || (to_jsonb(r) ->> 'service_id')) from changed_rows r;
  end if;
  return null;
end $$;
create trigger service_told_insert after insert on service referencing new table as changed_rows
  for each statement execute function tell_service_change();
create trigger service_told_update after update on service referencing new table as changed_rows
  for each statement execute function tell_service_change();
create trigger service_told_delete after delete on service referencing old table as changed_rows
  for each statement execute function tell_service_change();
create trigger service_block_told_insert after insert on service_block referencing new table as changed_rows
  for each statement execute function tell_service_change();
create trigger service_block_told_update after update on service_block referencing new table as changed_rows
  for each statement execute function tell_service_change();
create trigger service_block_told_delete after delete on service_block referencing old table as changed_rows
  for each statement execute function tell_service_change();

-- A package, an ISP's choice or a network access server touches everybody who uses it.
create function tell_isp_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('subscriber', case when tg_table_name = 'isp' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'isp_id' end);
  return null;
end $$;
create trigger package_told after update on package for each row execute function tell_isp_change();
create trigger isp_told after insert or update on isp for each row execute function tell_isp_change();
