-- Corrections: whatever turns out wrong after it was issued is put right by new rows and reversing entries. And the
-- rehearsal of a run, which writes into no ledger.

-- An entry balances at commit. A statement that posts a whole entry is found good from its own rows; everything else
-- is looked at once more, set by set, when the transaction ends.
create table ledger_check (
  isp_id uuid not null references isp (id),
  id uuid not null default gen_random_uuid(),
  entries uuid[] not null,
  primary key (isp_id, id)
);
select guard_isp_table('ledger_check');

create function entries_balance() returns trigger language plpgsql as $$
declare
  wrong uuid;
begin
  -- An entry without postings, or one whose postings are out of sight, is as wrong as one that does not add up.
  select e.id into wrong
    from unnest(new.entries) e (id)
    left join posting p on p.isp_id = new.isp_id and p.entry_id = e.id
    group by e.id
    having count(p.entry_id) = 0 or count(distinct p.currency) > 1 or sum(p.amount_minor) <> 0
    limit 1;
  if wrong is not null then
    raise exception 'journal entry % does not balance', wrong using errcode = 'LM002';
  end if;
  delete from ledger_check where isp_id = new.isp_id and id = new.id;
  return null;
end $$;
create constraint trigger ledger_check_balances after insert or update on ledger_check deferrable initially deferred
  for each row execute function entries_balance();

create function journal_entry_checked() returns trigger language plpgsql as $$
begin
  insert into ledger_check (isp_id, entries) select isp_id, array_agg(id) from new_rows group by isp_id;
  return null;
end $$;
create trigger journal_entry_checked after insert on journal_entry referencing new table as new_rows
  for each statement execute function journal_entry_checked();

-- Postings of an entry that is being made are looked at with it; those that come to an older entry are looked at too.
create or replace function posting_balances() returns trigger language plpgsql as $$
begin
  insert into ledger_check (isp_id, entries)
    select isp_id, array_agg(entry_id) from (
      select n.isp_id, n.entry_id from new_rows n group by n.isp_id, n.entry_id, n.currency having sum(n.amount_minor) <> 0) open
    group by isp_id;
  return null;
end $$;

do $$
declare
  one uuid;
begin
  for one in select id from isp loop
    perform set_config('app.isp_id', one::text, true);
    insert into ledger_account (isp_id, code, kind) values (one, 'late_fee_revenue', 'income'), (one, 'adjustment', 'expense') on conflict do nothing;
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;

-- What is due stays total less the sum of allocations; two of the sums are kept because lists filter by them. Whoever
-- acts on a bill names the version he saw.
alter table invoice
  add column credited_minor bigint not null default 0 check (credited_minor >= 0),
  add column written_off_minor bigint not null default 0 check (written_off_minor >= 0),
  add column version integer not null default 1;

alter table billing_profile
  add column late_fee_kind text not null default 'none' check (late_fee_kind in ('none', 'fixed', 'percent')),
  add column late_fee_minor bigint not null default 0 check (late_fee_minor >= 0),
  add column late_fee_percent numeric(7, 4) not null default 0 check (late_fee_percent >= 0 and late_fee_percent <= 100),
  add column late_fee_after_days smallint not null default 7 check (late_fee_after_days between 1 and 180);

create table credit_note (
  isp_id uuid not null references isp (id),
  id uuid not null,
  number text not null,
  invoice_id uuid not null,
  customer_id uuid not null,
  entry_id uuid not null,
  kind text not null check (kind in ('credit', 'void')),
  reason text not null check (length(reason) between 3 and 500),
  net_minor bigint not null,
  tax_minor bigint not null,
  total_minor bigint not null check (total_minor > 0 and total_minor = net_minor + tax_minor),
  -- the part of it that was already paid, and that became the customer's credit
  freed_minor bigint not null check (freed_minor between 0 and total_minor),
  currency char(3) not null,
  business_date date not null,
  at timestamptz not null,
  created_by uuid,
  created_name text not null,
  idempotency_key text not null check (length(idempotency_key) between 8 and 100),
  primary key (isp_id, id),
  foreign key (isp_id, invoice_id) references invoice (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, entry_id) references journal_entry (isp_id, id)
);
create unique index credit_note_number_key on credit_note (isp_id, number);
create unique index credit_note_idempotency_key on credit_note (isp_id, idempotency_key);
create index credit_note_invoice on credit_note (isp_id, invoice_id);
create index credit_note_customer on credit_note (isp_id, customer_id, at desc);
create index credit_note_date on credit_note (isp_id, business_date desc, id desc);
select guard_isp_table('credit_note');
select guard_customer_table('credit_note', 'customer_id');
create trigger credit_note_append_only before update or delete or truncate on credit_note
  for each statement execute function refuse_change();

create table credit_note_line (
  isp_id uuid not null,
  credit_note_id uuid not null,
  line smallint not null,
  -- the line of the invoice it takes back
  invoice_id uuid not null,
  invoice_line smallint not null,
  description text not null,
  net_minor bigint not null,
  tax_rate numeric(7, 4) not null,
  tax_minor bigint not null,
  primary key (isp_id, credit_note_id, line),
  foreign key (isp_id, credit_note_id) references credit_note (isp_id, id),
  foreign key (isp_id, invoice_id, invoice_line) references invoice_line (isp_id, invoice_id, line)
);
create index credit_note_line_invoice on credit_note_line (isp_id, invoice_id, invoice_line);
select guard_isp_table('credit_note_line');
create trigger credit_note_line_append_only before update or delete or truncate on credit_note_line
  for each statement execute function refuse_change();

-- A bad debt. Its reversal is an entry that says which one it reverses.
create table write_off (
  isp_id uuid not null references isp (id),
  id uuid not null,
  invoice_id uuid not null,
  customer_id uuid not null,
  entry_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency char(3) not null,
  reason text not null check (length(reason) between 3 and 500),
  business_date date not null,
  at timestamptz not null,
  created_by uuid,
  created_name text not null,
  idempotency_key text not null check (length(idempotency_key) between 8 and 100),
  primary key (isp_id, id),
  foreign key (isp_id, invoice_id) references invoice (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, entry_id) references journal_entry (isp_id, id)
);
create unique index write_off_idempotency_key on write_off (isp_id, idempotency_key);
create index write_off_invoice on write_off (isp_id, invoice_id);
select guard_isp_table('write_off');
select guard_customer_table('write_off', 'customer_id');
create trigger write_off_append_only before update or delete or truncate on write_off
  for each statement execute function refuse_change();

-- Money given or asked for without a bill behind it. What is asked for gets a bill of its own.
create table adjustment (
  isp_id uuid not null references isp (id),
  id uuid not null,
  customer_id uuid not null,
  direction text not null check (direction in ('credit', 'debit')),
  amount_minor bigint not null check (amount_minor > 0),
  currency char(3) not null,
  entry_id uuid not null,
  invoice_id uuid,
  reason text not null check (length(reason) between 3 and 500),
  business_date date not null,
  at timestamptz not null,
  created_by uuid,
  created_name text not null,
  idempotency_key text not null check (length(idempotency_key) between 8 and 100),
  primary key (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, entry_id) references journal_entry (isp_id, id),
  foreign key (isp_id, invoice_id) references invoice (isp_id, id),
  check ((direction = 'debit') = (invoice_id is not null))
);
create unique index adjustment_idempotency_key on adjustment (isp_id, idempotency_key);
create index adjustment_customer on adjustment (isp_id, customer_id, at desc);
select guard_isp_table('adjustment');
select guard_customer_table('adjustment', 'customer_id');
create trigger adjustment_append_only before update or delete or truncate on adjustment
  for each statement execute function refuse_change();

create table payment_reversal (
  isp_id uuid not null,
  payment_id uuid not null,
  entry_id uuid not null,
  reason text not null check (length(reason) between 3 and 500),
  business_date date not null,
  at timestamptz not null,
  created_by uuid,
  created_name text not null,
  primary key (isp_id, payment_id),
  foreign key (isp_id, payment_id) references payment (isp_id, id),
  foreign key (isp_id, entry_id) references journal_entry (isp_id, id)
);
select guard_isp_table('payment_reversal');
create trigger payment_reversal_append_only before update or delete or truncate on payment_reversal
  for each statement execute function refuse_change();

-- Something dangerous that waits for a second person.
create table approval_request (
  isp_id uuid not null references isp (id),
  id uuid not null,
  kind text not null check (kind ~ '^[a-z_]+$'),
  customer_id uuid,
  amount_minor bigint,
  currency char(3),
  payload jsonb not null,
  reason text not null check (length(reason) between 3 and 500),
  state text not null default 'pending' check (state in ('pending', 'approved', 'rejected')),
  maker_id uuid not null,
  maker_name text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at),
  checker_id uuid,
  checker_name text,
  decided_at timestamptz,
  idempotency_key text not null check (length(idempotency_key) between 8 and 100),
  primary key (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  constraint approval_request_two_people check (checker_id <> maker_id),
  check ((state = 'pending') = (decided_at is null))
);
create unique index approval_request_idempotency_key on approval_request (isp_id, idempotency_key);
create index approval_request_pending on approval_request (isp_id, created_at desc) where state = 'pending';
create index approval_request_created on approval_request (isp_id, created_at desc);
select guard_isp_table('approval_request');

create table refund (
  isp_id uuid not null references isp (id),
  id uuid not null,
  number text not null,
  customer_id uuid not null,
  entry_id uuid not null,
  -- the credit note whose money it gives back, when it is one
  credit_note_id uuid,
  approval_id uuid,
  method text not null check (method in ('cash', 'bank', 'cheque', 'other')),
  amount_minor bigint not null check (amount_minor > 0),
  currency char(3) not null,
  reason text not null check (length(reason) between 3 and 500),
  business_date date not null,
  at timestamptz not null,
  created_by uuid,
  created_name text not null,
  idempotency_key text not null check (length(idempotency_key) between 8 and 100),
  primary key (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, entry_id) references journal_entry (isp_id, id),
  foreign key (isp_id, credit_note_id) references credit_note (isp_id, id),
  foreign key (isp_id, approval_id) references approval_request (isp_id, id)
);
create unique index refund_number_key on refund (isp_id, number);
create unique index refund_idempotency_key on refund (isp_id, idempotency_key);
create index refund_customer on refund (isp_id, customer_id, at desc);
create index refund_credit_note on refund (isp_id, credit_note_id) where credit_note_id is not null;
select guard_isp_table('refund');
select guard_customer_table('refund', 'customer_id');
create trigger refund_append_only before update or delete or truncate on refund
  for each statement execute function refuse_change();

-- One fee for one overdue bill, ever; a fee is charged with a bill of its own.
create table late_fee (
  isp_id uuid not null,
  invoice_id uuid not null,
  fee_invoice_id uuid not null,
  at timestamptz not null,
  primary key (isp_id, invoice_id),
  foreign key (isp_id, invoice_id) references invoice (isp_id, id),
  foreign key (isp_id, fee_invoice_id) references invoice (isp_id, id)
);
create unique index late_fee_fee_key on late_fee (isp_id, fee_invoice_id);
select guard_isp_table('late_fee');

-- Where the money against a bill comes from besides a payment, and which part it takes back: a part is never more
-- than given back. Both columns null and no payment: from the customer's credit.
alter table allocation
  add column credit_note_id uuid,
  add column write_off_id uuid,
  add column reverses uuid,
  add foreign key (isp_id, credit_note_id) references credit_note (isp_id, id),
  add foreign key (isp_id, write_off_id) references write_off (isp_id, id),
  add foreign key (isp_id, reverses) references allocation (isp_id, id),
  add constraint allocation_one_origin check (num_nonnulls(payment_id, credit_note_id, write_off_id) <= 1),
  add constraint allocation_takes_back check ((reverses is null) = (amount_minor > 0));
create index allocation_reverses on allocation (isp_id, reverses) include (amount_minor) where reverses is not null;
create index allocation_entry on allocation (isp_id, entry_id);
create trigger allocation_append_only before update or delete or truncate on allocation
  for each statement execute function refuse_change();

-- What one ISP decided about refunds and rehearsals; no row means the defaults.
create table correction_rule (
  isp_id uuid not null references isp (id) primary key,
  -- a refund of more than this needs a second person
  refund_limit_minor bigint not null default 500000 check (refund_limit_minor >= 0),
  -- a run bills only what somebody has looked at and approved
  rehearsal_required boolean not null default false,
  -- days after which it issues by itself; null: never
  rehearsal_days smallint check (rehearsal_days between 0 and 30)
);
select guard_isp_table('correction_rule');

create table rehearsal (
  isp_id uuid not null references isp (id),
  id uuid not null,
  -- the day of the run it rehearses
  business_date date not null,
  state text not null check (state in ('building', 'open', 'approved', 'rejected')),
  built_at timestamptz not null,
  services integer not null default 0,
  invoices integer not null default 0,
  total_minor bigint not null default 0,
  before_minor bigint not null default 0,
  -- how many rows carry each mark
  counts jsonb not null default '{}',
  currency char(3) not null,
  decided_at timestamptz,
  decided_by uuid,
  decided_name text,
  primary key (isp_id, id)
);
create unique index rehearsal_date_key on rehearsal (isp_id, business_date);
select guard_isp_table('rehearsal');

create table rehearsal_row (
  isp_id uuid not null,
  rehearsal_id uuid not null,
  service_id uuid not null,
  customer_id uuid not null,
  customer_name text not null,
  customer_number text not null,
  username text not null,
  package text not null,
  -- what it was computed from: a difference from today's makes the row stale
  package_id uuid not null,
  price_minor bigint not null,
  billed_until date not null,
  covered_until date not null,
  invoices smallint not null,
  total_minor bigint not null,
  before_minor bigint not null,
  refusal text,
  flags smallint not null,
  -- what needs a look comes first
  rank smallint not null,
  lines jsonb not null,
  primary key (isp_id, rehearsal_id, service_id),
  foreign key (isp_id, rehearsal_id) references rehearsal (isp_id, id),
  -- it only looks: what it looked at may go
  foreign key (isp_id, service_id) references service (isp_id, id) on delete cascade
);
create index rehearsal_row_order on rehearsal_row (isp_id, rehearsal_id, rank, customer_name, service_id);
select guard_isp_table('rehearsal_row');
select guard_customer_table('rehearsal_row', 'customer_id');

-- A subscriber somebody took out of the runs until he is let in again.
create table billing_hold (
  isp_id uuid not null,
  service_id uuid not null,
  reason text not null check (length(reason) between 3 and 500),
  since timestamptz not null,
  set_by uuid,
  set_name text not null,
  primary key (isp_id, service_id),
  foreign key (isp_id, service_id) references service (isp_id, id) on delete cascade
);
select guard_isp_table('billing_hold');
