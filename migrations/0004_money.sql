-- The books. journal_entry and posting are the truth; nothing updates or deletes them.

create table ledger_account (
  isp_id uuid not null references isp (id),
  code text not null check (code ~ '^[a-z_]+(:[a-z0-9_-]+)?$'),
  kind text not null check (kind in ('asset', 'liability', 'equity', 'income', 'expense')),
  primary key (isp_id, code)
);
select guard_isp_table('ledger_account');

create table journal_entry (
  isp_id uuid not null references isp (id),
  id uuid not null,
  source text not null,
  source_ref text not null,
  business_date date not null,
  at timestamptz not null,
  memo text not null,
  reverses uuid,
  created_by uuid,
  primary key (isp_id, id),
  constraint journal_entry_source_key unique (isp_id, source, source_ref),
  foreign key (isp_id, reverses) references journal_entry (isp_id, id)
);
create index journal_entry_date on journal_entry (isp_id, business_date);
create unique index journal_entry_reverses_key on journal_entry (isp_id, reverses);
select guard_isp_table('journal_entry');

create table posting (
  isp_id uuid not null,
  entry_id uuid not null,
  line smallint not null,
  account text not null,
  -- whose receivable, whose wallet, which collector's drawer
  party_id uuid,
  -- debit positive, credit negative
  amount_minor bigint not null check (amount_minor <> 0),
  currency char(3) not null,
  primary key (isp_id, entry_id, line),
  foreign key (isp_id, entry_id) references journal_entry (isp_id, id),
  foreign key (isp_id, account) references ledger_account (isp_id, code)
);
create index posting_account_party on posting (isp_id, account, party_id) include (amount_minor);
select guard_isp_table('posting');

-- Every statement that writes postings must leave each entry it touches at zero: the check is one grouped read a
-- statement, where a trigger a row would cost more than the rows.
create function posting_balances() returns trigger language plpgsql as $$
declare
  wrong uuid;
begin
  select p.entry_id into wrong
    from posting p
    where (p.isp_id, p.entry_id) in (select distinct n.isp_id, n.entry_id from new_rows n)
    group by p.isp_id, p.entry_id, p.currency
    having sum(p.amount_minor) <> 0
    limit 1;
  if wrong is not null then
    raise exception 'journal entry % does not balance', wrong using errcode = 'LM002';
  end if;
  return null;
end $$;
create trigger posting_balanced after insert on posting referencing new table as new_rows
  for each statement execute function posting_balances();
create trigger posting_append_only before update or delete or truncate on posting
  for each statement execute function refuse_change();
create trigger journal_entry_append_only before update or delete or truncate on journal_entry
  for each statement execute function refuse_change();

create table billing_run (
  isp_id uuid not null references isp (id),
  id uuid not null,
  business_date date not null,
  kind text not null default 'cycle' check (kind in ('cycle')),
  state text not null check (state in ('running', 'done', 'failed')),
  started_at timestamptz not null,
  finished_at timestamptz,
  invoices integer not null default 0,
  total_minor bigint not null default 0,
  problems integer not null default 0,
  currency char(3) not null,
  primary key (isp_id, id)
);
create unique index billing_run_key on billing_run (isp_id, business_date, kind);
select guard_isp_table('billing_run');

create table billing_run_problem (
  isp_id uuid not null,
  run_id uuid not null,
  service_id uuid not null,
  problem text not null,
  detail jsonb not null default '{}',
  primary key (isp_id, run_id, service_id),
  foreign key (isp_id, run_id) references billing_run (isp_id, id),
  foreign key (isp_id, service_id) references service (isp_id, id)
);
select guard_isp_table('billing_run_problem');

create table invoice (
  isp_id uuid not null references isp (id),
  id uuid not null,
  number text not null,
  customer_id uuid not null,
  run_id uuid,
  entry_id uuid not null,
  issued_on date not null,
  due_on date not null,
  -- the day after the last day of grace: from its start on, the line may be cut
  cut_on date not null,
  net_minor bigint not null check (net_minor >= 0),
  tax_minor bigint not null check (tax_minor >= 0),
  total_minor bigint not null check (total_minor = net_minor + tax_minor),
  -- total less the sum of allocations: recomputed from them under lock, never counted down
  due_minor bigint not null check (due_minor between 0 and total_minor),
  currency char(3) not null,
  status text not null default 'issued' check (status in ('issued', 'void')),
  -- who it was written to, as it was then
  customer_name text not null,
  customer_address text,
  created_at timestamptz not null default now(),
  primary key (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, entry_id) references journal_entry (isp_id, id),
  foreign key (isp_id, run_id) references billing_run (isp_id, id)
);
create unique index invoice_number_key on invoice (isp_id, number);
create index invoice_customer on invoice (isp_id, customer_id, issued_on);
create index invoice_unpaid on invoice (isp_id, due_on, id) where due_minor > 0;
create index invoice_unpaid_customer on invoice (isp_id, customer_id, due_on) include (due_minor, cut_on) where due_minor > 0;
create index invoice_issued on invoice (isp_id, issued_on desc, id desc);
create index invoice_run on invoice (isp_id, run_id) where run_id is not null;
select guard_isp_table('invoice');
select guard_customer_table('invoice', 'customer_id');

create table invoice_line (
  isp_id uuid not null,
  invoice_id uuid not null,
  line smallint not null,
  kind text not null check (kind in ('recurring', 'one_time')),
  service_id uuid,
  -- what was sold, as it was called then
  description text not null,
  period_start date,
  period_end date,
  days smallint,
  days_in_period smallint,
  net_minor bigint not null,
  tax_rate numeric(7, 4) not null,
  tax_minor bigint not null,
  primary key (isp_id, invoice_id, line),
  foreign key (isp_id, invoice_id) references invoice (isp_id, id),
  foreign key (isp_id, service_id) references service (isp_id, id),
  check (period_start < period_end)
);
-- The promise of the whole engine: one service is charged once for one period.
create unique index invoice_line_period_key on invoice_line (isp_id, service_id, period_start, kind) where kind = 'recurring';
select guard_isp_table('invoice_line');

create table payment (
  isp_id uuid not null references isp (id),
  id uuid not null,
  receipt_number text not null,
  customer_id uuid not null,
  entry_id uuid not null,
  method text not null check (method in ('cash', 'bank', 'cheque', 'other')),
  amount_minor bigint not null check (amount_minor > 0),
  currency char(3) not null,
  business_date date not null,
  received_at timestamptz not null,
  collected_by uuid not null,
  collector_name text not null,
  note text,
  idempotency_key text not null check (length(idempotency_key) between 8 and 100),
  primary key (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, entry_id) references journal_entry (isp_id, id)
);
create unique index payment_receipt_key on payment (isp_id, receipt_number);
create unique index payment_idempotency_key on payment (isp_id, idempotency_key);
create index payment_customer on payment (isp_id, customer_id, received_at desc);
create index payment_date on payment (isp_id, business_date desc, id desc);
select guard_isp_table('payment');
select guard_customer_table('payment', 'customer_id');

-- Money against a bill: from a payment, or (payment_id null) from the customer's credit.
create table allocation (
  isp_id uuid not null,
  id uuid not null,
  invoice_id uuid not null,
  payment_id uuid,
  entry_id uuid not null,
  amount_minor bigint not null check (amount_minor <> 0),
  at timestamptz not null,
  primary key (isp_id, id),
  foreign key (isp_id, invoice_id) references invoice (isp_id, id),
  foreign key (isp_id, payment_id) references payment (isp_id, id),
  foreign key (isp_id, entry_id) references journal_entry (isp_id, id)
);
create index allocation_invoice on allocation (isp_id, invoice_id) include (amount_minor);
create index allocation_payment on allocation (isp_id, payment_id);
select guard_isp_table('allocation');

revoke delete, truncate on journal_entry, posting, audit_entry from current_user;
