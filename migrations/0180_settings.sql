-- Settings by level: the platform, a tenant, an ISP, a branch, a reseller's subtree. What nobody set has no row; the
-- nearest level answers, unless one further out has locked its value.

create table setting (
  -- zeros: above the ISPs
  isp_id uuid not null,
  level text not null check (level in ('platform', 'tenant', 'isp', 'branch', 'reseller')),
  -- the tenant, the ISP, the branch, the reseller's account; zeros for the platform
  scope uuid not null,
  key text not null check (key ~ '^[a-z][a-z0-9_]{1,40}$'),
  value text not null check (length(value) <= 200),
  -- not to be changed below
  locked boolean not null default false,
  changed_by uuid,
  changed_name text not null,
  changed_at timestamptz not null,
  primary key (isp_id, level, scope, key),
  check ((level in ('platform', 'tenant')) = (isp_id = '00000000-0000-0000-0000-000000000000')),
  check ((level = 'platform') = (scope = '00000000-0000-0000-0000-000000000000')),
  check (level <> 'isp' or scope = isp_id)
);
alter table setting enable row level security;
alter table setting force row level security;
-- Inside an ISP: its own rows, and those of the levels above it to read. The platform's own transactions, which know an ISP
-- before anybody is known, see all of them.
create policy reads on setting for select using (
  (select current_isp()) is null
  or isp_id = (select current_isp())
  or level = 'platform'
  or (level = 'tenant' and scope = (select tenant_id from isp where id = (select current_isp()))));
create policy adds on setting for insert with check ((select current_isp()) is null or isp_id = (select current_isp()));
create policy changes on setting for update using ((select current_isp()) is null or isp_id = (select current_isp()));
create policy drops on setting for delete using ((select current_isp()) is null or isp_id = (select current_isp()));

-- The rows from the platform down to one ISP.
create function setting_rows(isp uuid, tenant uuid) returns jsonb language sql stable as $$
  select jsonb_agg(jsonb_build_array(level, key, value, locked)) from setting
  where isp_id in ('00000000-0000-0000-0000-000000000000', isp) and level in ('platform', 'tenant', 'isp')
    and (level <> 'tenant' or scope = tenant)
$$;

-- What RADIUS answers hang on is told to every server at once.
create function tell_setting() returns trigger language plpgsql as $$
declare
  it setting := case when tg_op = 'DELETE' then old else new end;
begin
  if it.key in ('suspended_access', 'walled_list', 'interim_seconds', 'line_grace_days', 'line_after_grace') then
    perform pg_notify('subscriber', i.id::text) from isp i
      where i.status <> 'terminated' and (it.level = 'platform' or i.tenant_id = it.scope or i.id = it.isp_id);
  end if;
  return null;
end $$;
create trigger setting_told after insert or update or delete on setting for each row execute function tell_setting();

-- A branch takes its settings along.
create function drop_settings_of_branch() returns trigger language plpgsql as $$
begin
  delete from setting where isp_id = old.isp_id and level = 'branch' and scope = old.id;
  return null;
end $$;
create trigger branch_settings after delete on branch for each row execute function drop_settings_of_branch();

-- What was chosen before, as far as it is not what is usual anyway.
do $$
declare
  one record;
begin
  for one in select * from isp loop
    perform set_config('app.isp_id', one.id::text, true);
    insert into setting (isp_id, level, scope, key, value, changed_name, changed_at)
      select one.id, 'isp', one.id, v.key, v.value, 'migration', now() from (
        select 'language' as key, one.language as value, 'en' as usual
        union all select 'suspended_access', one.suspended_access, 'walled'
        union all select 'walled_list', one.walled_list, 'lastmile-suspended'
        union all select 'interim_seconds', one.interim_seconds::text, '300'
        union all select x.* from dunning_setting d, lateral (values
          ('quiet_from', to_char(d.quiet_from, 'HH24:MI'), '21:00'),
          ('quiet_until', to_char(d.quiet_until, 'HH24:MI'), '08:00'),
          ('weekend', array_to_string(d.weekend, ','), ''),
          ('brake_share', d.brake_share::text, '20'),
          ('brake_times', d.brake_times::text, '3'),
          ('brake_least', d.brake_least::text, '5'),
          ('promise_days', d.promise_days::text, '7'),
          ('promise_per_cycle', d.promise_per_cycle::text, '1'),
          ('promise_per_year', d.promise_per_year::text, '3'),
          ('promise_by_customer', case when d.promise_by_customer then 'yes' else 'no' end, 'yes')) as x where d.isp_id = one.id
      ) as v where v.value <> v.usual;
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;
drop table dunning_setting;
alter table isp drop column language, drop column suspended_access, drop column walled_list, drop column interim_seconds;

-- ---- First steps of a new ISP: done is what is there; only what nobody wants is written ----

create table first_step_skip (
  isp_id uuid not null references isp (id),
  step text not null check (step ~ '^[a-z][a-z_]{1,30}$'),
  skipped_by uuid,
  skipped_at timestamptz not null,
  primary key (isp_id, step)
);
select guard_isp_table('first_step_skip');
