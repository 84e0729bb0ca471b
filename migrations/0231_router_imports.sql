-- What a package is on a router, and lines that were read from one.

-- The profile that lines of a package have there, and the pool that they get an address from.
create table package_router (
  isp_id uuid not null,
  package_id uuid not null,
  router_id uuid not null,
  profile text check (length(profile) between 1 and 63),
  pool text check (length(pool) between 1 and 63),
  primary key (isp_id, package_id, router_id),
  foreign key (isp_id, package_id) references package (isp_id, id) on delete cascade,
  foreign key (isp_id, router_id) references router (isp_id, id),
  check (profile is not null or pool is not null)
);
create index package_router_router on package_router (isp_id, router_id);
select guard_isp_table('package_router');
-- RADIUS says the pool: whoever answers hears of a change.
create trigger package_router_told after insert or update or delete on package_router for each row execute function tell_isp_change_any();
create trigger router_nas_told after update of nas_id on router for each row when (old.nas_id is distinct from new.nas_id)
  execute function tell_isp_change_any();

-- An import whose rows come from a router instead of a file.
create table router_import (
  isp_id uuid not null,
  import_id uuid not null,
  router_id uuid not null,
  -- the business day on which it was read
  day date not null,
  -- profiles and pools as they were read, with the package that a person chose for each profile
  read jsonb not null,
  -- what the router said of itself before anything was written
  backup_id uuid not null,
  primary key (isp_id, import_id),
  foreign key (isp_id, import_id) references import (isp_id, id),
  foreign key (isp_id, router_id) references router (isp_id, id)
);
create index router_import_day on router_import (isp_id, router_id, day);
select guard_isp_table('router_import');

alter table import_row drop constraint import_row_fate_check;
alter table import_row add constraint import_row_fate_check
  check (fate in ('unread', 'new', 'same', 'blank', 'duplicate', 'wrong', 'skipped', 'created', 'failed', 'undone', 'kept'));
