-- The next bill on paper before there is one: numbered in a series of its own, in no books, never changed. Printed again
-- it says what it said.

create table proforma (
  isp_id uuid not null references isp (id),
  id uuid not null,
  number text not null,
  customer_id uuid not null,
  -- who it was made for, as he was called and lived then
  customer_number text not null,
  customer_name text not null,
  customer_address text,
  made_at timestamptz not null,
  made_on date not null,
  expected_on date not null,
  currency char(3) not null,
  net_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null check (total_minor > 0 and total_minor = net_minor + tax_minor),
  credit_minor bigint not null check (credit_minor >= 0),
  lines jsonb not null,
  by_name text not null,
  primary key (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id)
);
create unique index proforma_number_key on proforma (isp_id, number);
create index proforma_customer on proforma (isp_id, customer_id, made_at desc);
select guard_isp_table('proforma');
select guard_customer_table('proforma', 'customer_id');
create trigger proforma_append_only before update or delete or truncate on proforma
  for each statement execute function refuse_change();

alter table document_print drop constraint document_print_kind_check,
  add constraint document_print_kind_check check (kind in ('invoice', 'receipt', 'credit_note', 'proforma'));
alter table document_link drop constraint document_link_kind_check,
  add constraint document_link_kind_check check (kind in ('invoice', 'receipt', 'proforma'));

-- A use also counts when what the customer had ahead pays its bill: then no payment of its own did.
do $$
declare
  one text;
begin
  select conname into strict one from pg_constraint
  where conrelid = 'promo_redemption'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%payment_id IS NOT NULL%';
  execute format('alter table promo_redemption drop constraint %I', one);
end $$;
alter table promo_redemption add constraint promo_redemption_payment_counts check (payment_id is null or state = 'counted');

-- Periods that are calendar months, whatever day their bills are made on.
alter table billing_profile add column cycle_ends_with_month boolean not null default false
  check (not cycle_ends_with_month or kind = 'monthly');

-- A receipt says who paid, as he was called then; null on what was written by the thousand to be searched.
alter table payment add column customer_name text;
do $$
declare
  one uuid;
begin
  for one in select id from isp loop
    perform set_config('app.isp_id', one::text, true);
    update payment p set customer_name = c.name from customer c where p.isp_id = one and c.isp_id = one and c.id = p.customer_id;
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;

-- Nothing ever wrote packages of a tenant: each ISP keeps masters of its own.
alter table master_package drop column tenant_package_id;
drop table tenant_package;
