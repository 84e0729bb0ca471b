-- Who owns a row. Every table that belongs to an ISP starts its primary key, its unique keys and its indexes with
-- isp_id, and lets nobody through who has not said which ISP he works for.

-- The ISP of this transaction, or null: a setting that was once set reads as '' after commit, not as null.
create function current_isp() returns uuid language sql stable parallel safe
as $$ select nullif(current_setting('app.isp_id', true), '')::uuid $$;

-- The branch of the reseller tree this transaction may see ('/id/id/'), or null for the whole ISP.
create function current_owner() returns text language sql stable parallel safe
as $$ select nullif(current_setting('app.owner', true), '') $$;

-- The one customer this transaction may see (the portal), or null.
create function current_customer() returns uuid language sql stable parallel safe
as $$ select nullif(current_setting('app.customer', true), '')::uuid $$;

-- Puts a table under its ISP's lock. Called once for each ISP table by the migration that makes it.
create function guard_isp_table(table_name regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', table_name);
  execute format('alter table %s force row level security', table_name);
  execute format('create policy isp on %s using (isp_id = (select current_isp())) with check (isp_id = (select current_isp()))', table_name);
end $$;

-- For tables that hang on a customer: a reseller sees his subtree, a subscriber himself, whatever the query forgot.
create function guard_customer_table(table_name regclass, customer_column text) returns void language plpgsql as $$
begin
  execute format($policy$
    create policy scope on %s as restrictive using (
      ((select current_owner()) is null and (select current_customer()) is null)
      or exists (select 1 from customer c where c.isp_id = %s.isp_id and c.id = %s.%I))
  $policy$, table_name, table_name, table_name, customer_column);
end $$;

create table tenant (
  id uuid primary key,
  name text not null check (length(name) between 1 and 100),
  status text not null default 'active' check (status in ('active', 'suspended')),
  created_at timestamptz not null default now()
);

create table isp (
  id uuid primary key,
  tenant_id uuid not null references tenant (id),
  name text not null check (length(name) between 1 and 100),
  native_name text,
  short_name text not null check (short_name ~ '^[a-z][a-z0-9-]{1,30}$'),
  time_zone text not null,
  currency char(3) not null,
  language text not null default 'en' check (language in ('en', 'bn')),
  -- What RADIUS answers for a line that may not be up: the pay page, or no.
  suspended_access text not null default 'walled' check (suspended_access in ('walled', 'reject')),
  walled_list text not null default 'lastmile-suspended',
  interim_seconds integer not null default 300 check (interim_seconds between 60 and 3600),
  status text not null default 'active' check (status in ('active', 'suspended')),
  created_at timestamptz not null default now()
);
create unique index isp_short_name_key on isp (short_name);

-- Which ISP answers on which host name. Needed before anybody is known, so outside the ISP lock.
create table isp_host (
  host text primary key check (host = lower(host) and length(host) between 1 and 253),
  isp_id uuid not null references isp (id)
);

-- One row: proves at start that the key given unseals what is stored, before anything is read wrongly.
create table installation (
  only_one boolean primary key default true check (only_one),
  key_id text not null,
  key_check bytea not null,
  created_at timestamptz not null default now()
);
