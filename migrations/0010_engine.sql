-- The billing engine: how a profile bills, dated tax rates, and what stands beside the price of a package on a bill.

alter table billing_profile
  add column kind text not null default 'monthly' check (kind in ('monthly', 'anniversary', 'daily', 'free')),
  add column charge_in text not null default 'advance' check (charge_in in ('advance', 'arrears')),
  -- bills of a day are made from this local time on
  add column billing_time time not null default '00:00',
  add column auto_generate boolean not null default true,
  -- on the day a line may be cut, not before this local time
  add column suspend_time time not null default '00:00',
  add column skip_weekends boolean not null default false,
  add column skip_holidays boolean not null default false,
  add column first_period text not null default 'alone' check (first_period in ('alone', 'with_next')),
  -- what a line that unpaid bills hold down is charged: everything, nothing, or so many periods
  add column suspended_charging text not null default 'bill' check (suspended_charging in ('bill', 'skip', 'limit')),
  add column suspended_periods smallint not null default 1 check (suspended_periods between 0 and 12),
  -- a package changed in the middle of a period for a cheaper one: the rest is lost, or becomes credit
  add column change_refund text not null default 'credit' check (change_refund in ('none', 'credit')),
  add column change_fee_up_minor bigint not null default 0 check (change_fee_up_minor >= 0),
  add column change_fee_down_minor bigint not null default 0 check (change_fee_down_minor >= 0),
  -- less than this waits for the next bill
  add column minimum_invoice_minor bigint not null default 0 check (minimum_invoice_minor >= 0),
  add column minimum_days smallint not null default 1 check (minimum_days between 1 and 366),
  -- a daily price is the monthly one over so many days
  add column daily_base smallint not null default 30 check (daily_base between 1 and 366),
  add column convert_remaining boolean not null default true,
  add column hold_fee_minor bigint not null default 0 check (hold_fee_minor >= 0),
  add column hold_days_a_year smallint not null default 60 check (hold_days_a_year between 0 and 366),
  -- null: none
  add column credit_limit_minor bigint check (credit_limit_minor >= 0),
  add column version integer not null default 1;
create index customer_billing_profile on customer (isp_id, billing_profile_id);

alter table customer
  -- null: what the profile says
  add column credit_limit_minor bigint check (credit_limit_minor >= 0),
  add column tax_exempt boolean not null default false,
  add column tax_exempt_reason text check (length(tax_exempt_reason) between 1 and 200),
  add constraint customer_tax_exempt_reason check (not tax_exempt or tax_exempt_reason is not null);

-- The rates of a tax and from when to when (half-open) each holds; those that hold at once add up.
create table tax_rate (
  isp_id uuid not null,
  tax_profile_id uuid not null,
  name text not null check (length(name) between 1 and 60),
  from_on date not null,
  until_on date,
  rate numeric(7, 4) not null check (rate >= 0 and rate <= 100),
  primary key (isp_id, tax_profile_id, name, from_on),
  foreign key (isp_id, tax_profile_id) references tax_profile (isp_id, id),
  check (until_on > from_on)
);
select guard_isp_table('tax_rate');

-- No day may have one rate twice, whoever writes.
create function tax_rate_overlap() returns trigger language plpgsql as $$
begin
  -- Two people at one profile stand in line.
  perform 1 from tax_profile where isp_id = new.isp_id and id = new.tax_profile_id for update;
  if exists (
    select 1 from tax_rate r
    where r.isp_id = new.isp_id and r.tax_profile_id = new.tax_profile_id and lower(r.name) = lower(new.name) and r.from_on <> new.from_on
      and daterange(r.from_on, r.until_on) && daterange(new.from_on, new.until_on)) then
    raise exception 'tax rate % overlaps another', new.name using errcode = '23P01', constraint = 'tax_rate_overlap';
  end if;
  return new;
end $$;
create trigger tax_rate_overlap before insert or update on tax_rate for each row execute function tax_rate_overlap();

-- What all rates of a profile come to on a day.
create function tax_rate_on(of_isp uuid, profile uuid, day date) returns numeric language sql stable
as $$ select coalesce(sum(r.rate), 0) from tax_rate r
  where r.isp_id = of_isp and r.tax_profile_id = profile and r.from_on <= day and (r.until_on is null or r.until_on > day) $$;

-- A profile that is made with a single rate has it from always.
create function tax_profile_first_rate() returns trigger language plpgsql as $$
begin
  insert into tax_rate (isp_id, tax_profile_id, name, from_on, rate) values (new.isp_id, new.id, new.name, '2000-01-01', new.rate);
  return null;
end $$;
create trigger tax_profile_first_rate after insert on tax_profile for each row execute function tax_profile_first_rate();

do $$
declare
  one uuid;
begin
  for one in select id from isp loop
    perform set_config('app.isp_id', one::text, true);
    insert into ledger_account (isp_id, code, kind) values (one, 'customer_deposit', 'liability')
      on conflict do nothing;
    insert into tax_rate (isp_id, tax_profile_id, name, from_on, rate) select isp_id, id, name, '2000-01-01', rate from tax_profile;
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;

alter table service
  -- null: the first day of service; an anniversary is counted from it
  add column anchor_on date,
  add column auto_renew boolean not null default false,
  -- the end of prepaid time that was looked at; another one is news
  add column expiry_seen timestamptz;
create index service_expiry on service (isp_id, expires_at) where status = 'active' and expires_at is not null;
alter table service_block drop constraint service_block_reason_check;
alter table service_block add constraint service_block_reason_check
  check (reason in ('non_payment', 'volume', 'time', 'abuse', 'request', 'maintenance', 'admin', 'hold'));

-- Which package a service has from which day on. The engine charges each day for the package it had.
create table service_change (
  isp_id uuid not null,
  id uuid not null,
  service_id uuid not null,
  customer_id uuid not null,
  effective_on date not null,
  from_package_id uuid not null,
  to_package_id uuid not null,
  -- a price of the service's own before and after
  from_custom_minor bigint check (from_custom_minor >= 0),
  to_custom_minor bigint check (to_custom_minor >= 0),
  state text not null check (state in ('planned', 'done', 'cancelled')),
  invoice_id uuid,
  credited_minor bigint not null default 0 check (credited_minor >= 0),
  requested_at timestamptz not null,
  requested_by uuid,
  requested_by_name text not null,
  idempotency_key text not null check (length(idempotency_key) between 8 and 100),
  primary key (isp_id, id),
  foreign key (isp_id, service_id) references service (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, from_package_id) references package (isp_id, id),
  foreign key (isp_id, to_package_id) references package (isp_id, id),
  foreign key (isp_id, invoice_id) references invoice (isp_id, id)
);
create unique index service_change_idempotency_key on service_change (isp_id, idempotency_key);
create unique index service_change_planned_key on service_change (isp_id, service_id) where state = 'planned';
create index service_change_service on service_change (isp_id, service_id, effective_on);
create index service_change_due on service_change (isp_id, effective_on) where state = 'planned';
select guard_isp_table('service_change');
select guard_customer_table('service_change', 'customer_id');

-- Days (half-open) on which a line rests and costs nothing (CRM-07).
create table service_hold (
  isp_id uuid not null,
  id uuid not null,
  service_id uuid not null,
  customer_id uuid not null,
  from_on date not null,
  to_on date not null,
  state text not null check (state in ('planned', 'active', 'done', 'cancelled')),
  reason text check (length(reason) between 1 and 300),
  credited_minor bigint not null default 0 check (credited_minor >= 0),
  created_at timestamptz not null,
  created_by uuid,
  primary key (isp_id, id),
  foreign key (isp_id, service_id) references service (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  check (from_on < to_on or state = 'cancelled')
);
create index service_hold_service on service_hold (isp_id, service_id, from_on);
create index service_hold_due on service_hold (isp_id, state) where state in ('planned', 'active');
select guard_isp_table('service_hold');
select guard_customer_table('service_hold', 'customer_id');

-- Charged with every period of a service until it ends: a static address, television, a rented router.
create table service_addon (
  isp_id uuid not null,
  id uuid not null,
  service_id uuid not null,
  customer_id uuid not null,
  kind text not null check (kind in ('addon', 'static_ip', 'cable_tv', 'bundle')),
  name text not null check (length(name) between 1 and 100),
  quantity integer not null default 1 check (quantity between 1 and 10000),
  -- of one, for one period of the service
  price_minor bigint not null check (price_minor between 0 and 100000000000000),
  tax_profile_id uuid,
  starts_on date not null,
  ends_on date,
  created_at timestamptz not null,
  created_by uuid,
  primary key (isp_id, id),
  foreign key (isp_id, service_id) references service (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, tax_profile_id) references tax_profile (isp_id, id),
  check (ends_on >= starts_on)
);
create index service_addon_service on service_addon (isp_id, service_id);
select guard_isp_table('service_addon');
select guard_customer_table('service_addon', 'customer_id');

-- Taken off what a service costs (BIL-08): off each period that begins on one of its days (half-open).
create table discount (
  isp_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  service_id uuid not null,
  kind text not null check (kind in ('percent', 'fixed')),
  percent numeric(7, 4) check (percent > 0 and percent <= 100),
  -- a fixed discount of a period, or the most that a percentage takes off one
  amount_minor bigint check (amount_minor > 0),
  starts_on date not null,
  ends_on date,
  reason text not null check (length(reason) between 1 and 300),
  created_at timestamptz not null,
  created_by uuid,
  created_by_name text not null,
  primary key (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, service_id) references service (isp_id, id),
  check (ends_on >= starts_on),
  check (case kind when 'percent' then percent is not null else percent is null and amount_minor is not null end)
);
create index discount_service on discount (isp_id, service_id);
select guard_isp_table('discount');
select guard_customer_table('discount', 'customer_id');

-- What waits for the next bill: the draft of it. It has no number, and is changed or dropped until it is billed.
create table charge (
  isp_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  service_id uuid,
  kind text not null check (kind in ('one_time', 'setup', 'fee', 'deposit', 'adjustment')),
  description text not null check (length(description) between 1 and 200),
  quantity integer not null default 1 check (quantity between 1 and 10000),
  -- of one; below zero only what the engine itself carried over
  price_minor bigint not null check (price_minor between -100000000000000 and 100000000000000),
  tax_profile_id uuid,
  state text not null check (state in ('open', 'billed', 'dropped')),
  invoice_id uuid,
  created_at timestamptz not null,
  created_by uuid,
  version integer not null default 1,
  primary key (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, service_id) references service (isp_id, id),
  foreign key (isp_id, tax_profile_id) references tax_profile (isp_id, id),
  foreign key (isp_id, invoice_id) references invoice (isp_id, id),
  check ((state = 'billed') = (invoice_id is not null)),
  check (price_minor >= 0 or kind = 'adjustment')
);
create index charge_open on charge (isp_id, customer_id) where state = 'open';
create index charge_customer on charge (isp_id, customer_id, created_at desc);
select guard_isp_table('charge');
select guard_customer_table('charge', 'customer_id');

-- Prepaid time that was bought (BIL-05).
create table prepaid_purchase (
  isp_id uuid not null,
  id uuid not null,
  service_id uuid not null,
  customer_id uuid not null,
  package_id uuid not null,
  hours integer not null check (hours between 1 and 87840),
  -- minutes that the rest of another package was worth
  converted_minutes integer not null default 0 check (converted_minutes >= 0),
  from_at timestamptz not null,
  until_at timestamptz not null,
  invoice_id uuid,
  renewed boolean not null default false,
  at timestamptz not null,
  by_id uuid,
  idempotency_key text not null check (length(idempotency_key) between 8 and 100),
  primary key (isp_id, id),
  foreign key (isp_id, service_id) references service (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, package_id) references package (isp_id, id),
  foreign key (isp_id, invoice_id) references invoice (isp_id, id),
  check (from_at < until_at)
);
create unique index prepaid_purchase_idempotency_key on prepaid_purchase (isp_id, idempotency_key);
create index prepaid_purchase_service on prepaid_purchase (isp_id, service_id, at desc);
select guard_isp_table('prepaid_purchase');
select guard_customer_table('prepaid_purchase', 'customer_id');
create trigger prepaid_purchase_append_only before update or delete or truncate on prepaid_purchase
  for each statement execute function refuse_change();

alter table invoice_line drop constraint invoice_line_kind_check;
alter table invoice_line
  add constraint invoice_line_kind_check check (kind in
    ('recurring', 'one_time', 'setup', 'addon', 'discount', 'fee', 'deposit', 'prepaid', 'change_new', 'change_old', 'to_credit', 'adjustment')),
  add column quantity integer not null default 1 check (quantity > 0),
  add column addon_id uuid,
  add foreign key (isp_id, addon_id) references service_addon (isp_id, id),
  add constraint invoice_line_addon_check check ((kind = 'addon') = (addon_id is not null));
create unique index invoice_line_addon_key on invoice_line (isp_id, addon_id, period_start) where kind = 'addon';

-- A package changed for a cheaper one gives back more tax than it charges: the total still never goes below zero.
alter table invoice drop constraint invoice_net_minor_check, drop constraint invoice_tax_minor_check;

-- Promo codes: the rule and who used one. A use counts from the payment that it made smaller.
create table promo_code (
  isp_id uuid not null references isp (id),
  id uuid not null,
  code text not null check (code ~ '^[A-Z0-9-]{3,30}$'),
  percent numeric(7, 4) check (percent > 0 and percent <= 100),
  amount_minor bigint check (amount_minor > 0),
  starts_at timestamptz not null,
  ends_at timestamptz,
  uses_total integer check (uses_total > 0),
  uses_per_customer integer check (uses_per_customer > 0),
  minimum_minor bigint not null default 0 check (minimum_minor >= 0),
  -- empty: every package
  packages uuid[] not null default '{}',
  stacks boolean not null default false,
  active boolean not null default true,
  primary key (isp_id, id),
  check (percent is not null or amount_minor is not null),
  check (ends_at > starts_at)
);
create unique index promo_code_key on promo_code (isp_id, code);
select guard_isp_table('promo_code');
create table promo_redemption (
  isp_id uuid not null,
  id uuid not null,
  promo_code_id uuid not null,
  customer_id uuid not null,
  state text not null check (state in ('intended', 'counted', 'freed')),
  amount_minor bigint not null check (amount_minor > 0),
  payment_id uuid,
  at timestamptz not null,
  primary key (isp_id, id),
  foreign key (isp_id, promo_code_id) references promo_code (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, payment_id) references payment (isp_id, id),
  check ((state = 'counted') = (payment_id is not null))
);
create index promo_redemption_code on promo_redemption (isp_id, promo_code_id, customer_id) where state <> 'freed';
select guard_isp_table('promo_redemption');
select guard_customer_table('promo_redemption', 'customer_id');
