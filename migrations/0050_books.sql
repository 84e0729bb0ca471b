-- The counter's desk, expenses, the closing of months, and what finding a payment among a million needs.

do $$
declare
  one uuid;
begin
  for one in select id from isp loop
    perform set_config('app.isp_id', one::text, true);
    insert into ledger_account (isp_id, code, kind)
      values (one, 'cash_difference', 'expense'), (one, 'expenses', 'expense'), (one, 'input_tax', 'asset'), (one, 'owner_equity', 'equity')
      on conflict do nothing;
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;

-- Finding payments. Row-level security keeps LIKE (and so trigrams) out of every index, because it is not leakproof;
-- comparisons are, so what is searched by its beginning is kept in a form that >= and < can find.
alter table payment
  add column reference text check (length(reference) between 1 and 100),
  add column reference_key text generated always as (upper(regexp_replace(reference, '[^a-zA-Z0-9]', '', 'g'))) stored;
create index payment_receipt_begins on payment (isp_id, (receipt_number collate "C"));
create index payment_reference_begins on payment (isp_id, (reference_key collate "C")) where reference_key is not null;
create index payment_collector on payment (isp_id, collected_by, business_date desc, id desc) include (amount_minor);
-- The list's own order, with all that its totals need.
create index payment_listed on payment (isp_id, business_date desc, id desc) include (amount_minor, method, collected_by, customer_id);
drop index payment_date;
create index invoice_number_begins on invoice (isp_id, (number collate "C"));

-- Ageing as of an instant: what was allocated since.
create index allocation_at on allocation (isp_id, at) include (invoice_id, amount_minor);
create index journal_entry_listed on journal_entry (isp_id, business_date desc, id desc);
drop index journal_entry_date;

-- A person's cash drawer: locked by whoever takes out, so that nobody takes more than is in it.
create table cash_drawer (
  isp_id uuid not null references isp (id),
  account_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  opened_at timestamptz not null,
  primary key (isp_id, account_id)
);
select guard_isp_table('cash_drawer');

-- Cash that came in or went out otherwise than by a receipt or a hand-over.
create table cash_move (
  isp_id uuid not null,
  id uuid not null,
  account_id uuid not null,
  direction text not null check (direction in ('in', 'out')),
  counterpart text not null check (counterpart in ('bank', 'owner')),
  amount_minor bigint not null check (amount_minor > 0),
  currency char(3) not null,
  business_date date not null,
  at timestamptz not null,
  note text check (length(note) between 1 and 500),
  entry_id uuid not null,
  made_by uuid not null,
  made_by_name text not null,
  idempotency_key text not null check (length(idempotency_key) between 8 and 100),
  primary key (isp_id, id),
  foreign key (isp_id, account_id) references cash_drawer (isp_id, account_id),
  foreign key (isp_id, entry_id) references journal_entry (isp_id, id)
);
create unique index cash_move_idempotency_key on cash_move (isp_id, idempotency_key);
create index cash_move_drawer on cash_move (isp_id, account_id, at desc);
select guard_isp_table('cash_move');
create trigger cash_move_append_only before update or delete or truncate on cash_move
  for each statement execute function refuse_change();

-- Cash from one drawer into another: posted once, when both have said yes to the same count.
create table cash_hand_over (
  isp_id uuid not null,
  id uuid not null,
  giver_id uuid not null,
  giver_name text not null,
  receiver_id uuid not null,
  receiver_name text not null,
  -- what the giver says he hands over
  amount_minor bigint not null check (amount_minor > 0),
  -- what the receiver counted
  received_minor bigint check (received_minor >= 0),
  currency char(3) not null,
  note text check (length(note) between 1 and 500),
  answer text check (length(answer) between 1 and 500),
  state text not null check (state in ('proposed', 'disputed', 'confirmed', 'withdrawn')),
  proposed_at timestamptz not null,
  answered_at timestamptz,
  ended_at timestamptz,
  business_date date,
  entry_id uuid,
  difference_entry_id uuid,
  idempotency_key text not null check (length(idempotency_key) between 8 and 100),
  primary key (isp_id, id),
  check (giver_id <> receiver_id),
  check ((state = 'confirmed') = (entry_id is not null)),
  foreign key (isp_id, giver_id) references cash_drawer (isp_id, account_id),
  foreign key (isp_id, receiver_id) references cash_drawer (isp_id, account_id),
  foreign key (isp_id, entry_id) references journal_entry (isp_id, id),
  foreign key (isp_id, difference_entry_id) references journal_entry (isp_id, id)
);
create unique index cash_hand_over_idempotency_key on cash_hand_over (isp_id, idempotency_key);
create index cash_hand_over_giver on cash_hand_over (isp_id, giver_id, proposed_at desc);
create index cash_hand_over_receiver on cash_hand_over (isp_id, receiver_id, proposed_at desc);
create index cash_hand_over_open on cash_hand_over (isp_id, giver_id) include (amount_minor) where state in ('proposed', 'disputed');
select guard_isp_table('cash_hand_over');

-- The end of a drawer's day: what the books say, what was counted.
create table cash_close (
  isp_id uuid not null,
  id uuid not null,
  account_id uuid not null,
  business_date date not null,
  book_minor bigint not null,
  counted_minor bigint not null check (counted_minor >= 0),
  currency char(3) not null,
  note text check (length(note) between 1 and 500),
  entry_id uuid,
  closed_at timestamptz not null,
  closed_by uuid not null,
  closed_by_name text not null,
  primary key (isp_id, id),
  check ((entry_id is null) = (book_minor = counted_minor)),
  foreign key (isp_id, account_id) references cash_drawer (isp_id, account_id),
  foreign key (isp_id, entry_id) references journal_entry (isp_id, id)
);
create index cash_close_drawer on cash_close (isp_id, account_id, closed_at desc);
select guard_isp_table('cash_close');
create trigger cash_close_append_only before update or delete or truncate on cash_close
  for each statement execute function refuse_change();

-- Choices of an ISP's accountant.
create table books_setting (
  isp_id uuid primary key references isp (id),
  -- an expense above it needs a second person
  expense_limit_minor bigint not null check (expense_limit_minor >= 0),
  version integer not null default 1
);
select guard_isp_table('books_setting');

create table expense_category (
  isp_id uuid not null references isp (id),
  id uuid not null,
  parent_id uuid,
  name text not null check (length(name) between 1 and 60),
  active boolean not null default true,
  primary key (isp_id, id),
  foreign key (isp_id, parent_id) references expense_category (isp_id, id),
  check (parent_id <> id)
);
create unique index expense_category_name_key on expense_category (isp_id, coalesce(parent_id, id), lower(name)) where parent_id is not null;
create unique index expense_category_top_key on expense_category (isp_id, lower(name)) where parent_id is null;
select guard_isp_table('expense_category');

create table expense_recurring (
  isp_id uuid not null references isp (id),
  id uuid not null,
  category_id uuid not null,
  vendor text not null check (length(vendor) between 1 and 100),
  amount_minor bigint not null check (amount_minor > 0),
  tax_minor bigint not null check (tax_minor >= 0 and tax_minor <= amount_minor),
  currency char(3) not null,
  note text check (length(note) between 1 and 500),
  -- every so many months, counted from the first day so that the 31st does not drift
  every_months smallint not null check (every_months between 1 and 12),
  first_on date not null,
  done smallint not null default 0 check (done >= 0),
  next_on date not null,
  ends_on date,
  active boolean not null default true,
  created_by uuid not null,
  created_by_name text not null,
  created_at timestamptz not null,
  primary key (isp_id, id),
  foreign key (isp_id, category_id) references expense_category (isp_id, id)
);
create index expense_recurring_next on expense_recurring (isp_id, next_on) where active;
select guard_isp_table('expense_recurring');

create table expense (
  isp_id uuid not null references isp (id),
  id uuid not null,
  -- given when it is posted
  voucher_number text,
  category_id uuid not null,
  vendor text not null check (length(vendor) between 1 and 100),
  -- all that was paid, the tax in it included
  amount_minor bigint not null check (amount_minor > 0),
  tax_minor bigint not null check (tax_minor >= 0 and tax_minor <= amount_minor),
  currency char(3) not null,
  spent_on date not null,
  paid_from text not null check (paid_from in ('bank', 'drawer')),
  drawer_id uuid,
  note text check (length(note) between 1 and 500),
  state text not null check (state in ('waiting', 'posted', 'refused', 'reversed')),
  recurring_id uuid,
  entry_id uuid,
  reversal_entry_id uuid,
  reason text check (length(reason) between 1 and 500),
  created_by uuid not null,
  created_by_name text not null,
  created_at timestamptz not null,
  decided_by uuid,
  decided_by_name text,
  decided_at timestamptz,
  idempotency_key text not null check (length(idempotency_key) between 8 and 100),
  primary key (isp_id, id),
  check ((paid_from = 'drawer') = (drawer_id is not null)),
  check ((state in ('posted', 'reversed')) = (entry_id is not null)),
  check ((state = 'reversed') = (reversal_entry_id is not null)),
  foreign key (isp_id, category_id) references expense_category (isp_id, id),
  foreign key (isp_id, recurring_id) references expense_recurring (isp_id, id),
  foreign key (isp_id, drawer_id) references cash_drawer (isp_id, account_id),
  foreign key (isp_id, entry_id) references journal_entry (isp_id, id),
  foreign key (isp_id, reversal_entry_id) references journal_entry (isp_id, id)
);
create unique index expense_idempotency_key on expense (isp_id, idempotency_key);
create unique index expense_voucher_key on expense (isp_id, voucher_number);
create unique index expense_recurring_key on expense (isp_id, recurring_id, spent_on) where recurring_id is not null;
create index expense_listed on expense (isp_id, spent_on desc, id desc);
create index expense_waiting on expense (isp_id, created_at) where state = 'waiting';
select guard_isp_table('expense');

create table expense_attachment (
  isp_id uuid not null,
  expense_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  kind text not null check (kind in ('application/pdf', 'image/png', 'image/jpeg', 'image/webp')),
  content bytea not null check (octet_length(content) between 1 and 3145728),
  at timestamptz not null,
  primary key (isp_id, expense_id),
  foreign key (isp_id, expense_id) references expense (isp_id, id)
);
select guard_isp_table('expense_attachment');

-- Months that are closed. The line between closed and open is one: months close and reopen in order.
create table ledger_period (
  isp_id uuid not null references isp (id),
  month date not null check (extract(day from month) = 1),
  closed_at timestamptz not null,
  closed_by uuid,
  closed_by_name text not null,
  primary key (isp_id, month)
);
select guard_isp_table('ledger_period');

-- Reopening a month needs a second person.
create table ledger_reopening (
  isp_id uuid not null,
  id uuid not null,
  month date not null,
  reason text not null check (length(reason) between 10 and 500),
  state text not null check (state in ('asked', 'granted', 'refused')),
  asked_by uuid not null,
  asked_by_name text not null,
  asked_at timestamptz not null,
  decided_by uuid,
  decided_by_name text,
  decided_at timestamptz,
  primary key (isp_id, id),
  check (decided_by <> asked_by),
  check ((state = 'asked') = (decided_by is null))
);
create unique index ledger_reopening_asked_key on ledger_reopening (isp_id, month) where state = 'asked';
select guard_isp_table('ledger_reopening');

-- Whoever posts holds the closing back until he commits, and whoever closes holds posting back: an entry never slips
-- into a month that is being closed.
create function ledger_closing_lock(isp uuid) returns bigint language sql immutable parallel safe
as $$ select hashtextextended('ledger_period:' || isp::text, 0) $$;

create function refuse_closed_period() returns trigger language plpgsql as $$
declare
  one uuid;
  shut date;
begin
  for one in select distinct n.isp_id from new_rows n loop
    perform pg_advisory_xact_lock_shared(ledger_closing_lock(one));
  end loop;
  select p.month into shut
    from ledger_period p join new_rows n on n.isp_id = p.isp_id and n.business_date >= p.month and n.business_date < p.month + interval '1 month'
    limit 1;
  if shut is not null then
    raise exception 'the books of % are closed', to_char(shut, 'YYYY-MM')
      using errcode = 'LM003', constraint = 'ledger_period_closed:' || to_char(shut, 'YYYY-MM');
  end if;
  return null;
end $$;
create trigger journal_entry_open_period after insert on journal_entry referencing new table as new_rows
  for each statement execute function refuse_closed_period();
