-- What the rules of money still missed: cash that leaves by refunds, refunds taken back, voided days that are billed
-- again, days that nobody is charged for, promo codes that are used, and one table for everything a second person decides.

-- Whose drawer a cash refund came out of; older ones came out of that of who paid them.
alter table refund add column drawer_id uuid;

-- A refund that came back (an uncashed cheque, the wrong person): its own entry, which says what it reverses.
create table refund_reversal (
  isp_id uuid not null,
  refund_id uuid not null,
  customer_id uuid not null,
  entry_id uuid not null,
  approval_id uuid,
  reason text not null check (length(reason) between 3 and 500),
  business_date date not null,
  at timestamptz not null,
  created_by uuid,
  created_name text not null,
  primary key (isp_id, refund_id),
  foreign key (isp_id, refund_id) references refund (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  foreign key (isp_id, entry_id) references journal_entry (isp_id, id),
  foreign key (isp_id, approval_id) references approval_request (isp_id, id)
);
select guard_isp_table('refund_reversal');
select guard_customer_table('refund_reversal', 'customer_id');
create trigger refund_reversal_append_only before update or delete or truncate on refund_reversal
  for each statement execute function refuse_change();

-- The days of a voided bill may be charged again: the promise "once for one period" is about bills that stand.
alter table invoice_line add column void boolean not null default false;
drop index invoice_line_period_key;
create unique index invoice_line_period_key on invoice_line (isp_id, service_id, period_start, kind) where kind = 'recurring' and not void;
drop index invoice_line_addon_key;
create unique index invoice_line_addon_key on invoice_line (isp_id, addon_id, period_start) where kind = 'addon' and not void;

-- Days (half-open) on which unpaid bills held a line down that is charged in arrears and only while it is up.
create table service_pause (
  isp_id uuid not null,
  service_id uuid not null,
  customer_id uuid not null,
  from_on date not null,
  to_on date not null,
  noted_at timestamptz not null,
  primary key (isp_id, service_id, from_on),
  foreign key (isp_id, service_id) references service (isp_id, id),
  foreign key (isp_id, customer_id) references customer (isp_id, id),
  check (from_on < to_on)
);
select guard_isp_table('service_pause');
select guard_customer_table('service_pause', 'customer_id');

-- A late fee is taxed when the ISP says so.
alter table billing_profile
  add column late_fee_tax_profile_id uuid,
  add foreign key (isp_id, late_fee_tax_profile_id) references tax_profile (isp_id, id);

-- Promo codes (BIL-09). A use takes its share off the next periods by a discount of its own.
alter table promo_code
  add column periods smallint not null default 1 check (periods between 1 and 36),
  add column created_at timestamptz not null default now(),
  add column created_name text not null default '',
  add column version integer not null default 1;
alter table promo_redemption
  add column discount_id uuid,
  add column service_id uuid,
  add column by_name text not null default '',
  add column idempotency_key text check (length(idempotency_key) between 8 and 100),
  add foreign key (isp_id, discount_id) references discount (isp_id, id),
  add foreign key (isp_id, service_id) references service (isp_id, id);
create unique index promo_redemption_idempotency_key on promo_redemption (isp_id, idempotency_key);
create unique index promo_redemption_discount_key on promo_redemption (isp_id, discount_id);
create index promo_redemption_customer on promo_redemption (isp_id, customer_id) where state = 'intended';

-- Reopening a month waits in the table of everything that two people decide.
create unique index approval_request_reopen_key on approval_request (isp_id, (payload ->> 'month'))
  where kind = 'ledger_reopen' and state = 'pending';
do $$
declare
  one uuid;
begin
  for one in select id from isp loop
    perform set_config('app.isp_id', one::text, true);
    insert into approval_request (isp_id, id, kind, payload, reason, state, maker_id, maker_name, created_at, expires_at, checker_id, checker_name, decided_at,
        idempotency_key)
      select isp_id, id, 'ledger_reopen', jsonb_build_object('month', to_char(month, 'YYYY-MM-DD')), reason,
        case state when 'asked' then 'pending' when 'granted' then 'approved' else 'rejected' end, asked_by, asked_by_name, asked_at,
        asked_at + interval '72 hours', nullif(decided_by, '00000000-0000-0000-0000-000000000000'), decided_by_name, decided_at, id::text
      from ledger_reopening;
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;
drop table ledger_reopening;
