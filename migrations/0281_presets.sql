-- Sets of rights for staff as one ISP has them; without a row a set is the product's own.
create table preset_keys (
  isp_id uuid not null references isp (id),
  preset text not null check (preset ~ '^[a-z_]{1,40}$'),
  keys text[] not null check (cardinality(keys) <= 200),
  changed_by uuid,
  changed_at timestamptz not null,
  version integer not null default 1,
  primary key (isp_id, preset)
);
select guard_isp_table('preset_keys');
create index account_preset on account (isp_id, preset) where preset is not null;
