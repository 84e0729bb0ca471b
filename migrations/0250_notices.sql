-- What the platform, or the head of a tenant, tells the people of ISPs above their pages, and who has read it (NOT-10).

create table notice (
  id uuid primary key,
  kind text not null check (kind in ('news', 'maintenance', 'problem')),
  title text not null check (length(title) between 1 and 120),
  words text not null default '' check (length(words) <= 2000),
  -- its tenant's ISPs alone, written by the tenant's own head; null: written by the platform
  written_for uuid references tenant (id),
  by_name text not null,
  at timestamptz not null,
  until timestamptz,
  ended_at timestamptz
);
create index notice_shown on notice (at desc) where ended_at is null;

-- Those of the platform for some tenants; none: for all.
create table notice_tenant (
  notice_id uuid not null references notice (id),
  tenant_id uuid not null references tenant (id),
  primary key (notice_id, tenant_id)
);

create table notice_read (
  notice_id uuid not null references notice (id),
  account_id uuid not null,
  isp_id uuid not null references isp (id),
  name text not null,
  at timestamptz not null,
  primary key (notice_id, account_id)
);
