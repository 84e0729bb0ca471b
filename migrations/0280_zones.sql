-- Zones of an ISP (TEN-15): a tree, each with a shape on the map where somebody drew one; whose customers lie in which,
-- and who is held to some of them. Places are millionths of a degree.

create table zone (
  isp_id uuid not null references isp (id),
  id uuid not null,
  parent_id uuid,
  name text not null check (length(name) between 1 and 60 and name !~ '/'),
  -- the middle and the radius, or the corners: latitude, longitude, latitude, … until the first again
  latitude integer check (latitude between -90000000 and 90000000),
  longitude integer check (longitude between -180000000 and 180000000),
  metres integer check (metres between 10 and 200000),
  outline integer[] check (cardinality(outline) between 8 and 600 and cardinality(outline) % 2 = 0
    and outline[1:2] = outline[cardinality(outline) - 1:cardinality(outline)]),
  created_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (isp_id, id),
  foreign key (isp_id, parent_id) references zone (isp_id, id),
  check (parent_id is distinct from id),
  check (num_nulls(latitude, longitude, metres) in (0, 3)),
  check (metres is null or outline is null)
);
create unique index zone_name_key on zone (isp_id, coalesce(parent_id, '00000000-0000-0000-0000-000000000000'), lower(name));
create index zone_parent on zone (isp_id, parent_id);
select guard_isp_table('zone');

-- Who sees the customers of these zones, and of those below them, alone.
create table account_zone (
  isp_id uuid not null,
  account_id uuid not null,
  zone_id uuid not null,
  primary key (isp_id, account_id, zone_id),
  foreign key (isp_id, account_id) references account (isp_id, id),
  foreign key (isp_id, zone_id) references zone (isp_id, id)
);
create index account_zone_zone on account_zone (isp_id, zone_id);
select guard_isp_table('account_zone');

alter table customer
  add column zone_id uuid,
  add column latitude integer check (latitude between -90000000 and 90000000),
  add column longitude integer check (longitude between -180000000 and 180000000),
  add check (num_nulls(latitude, longitude) in (0, 2)),
  add foreign key (isp_id, zone_id) references zone (isp_id, id);
create index customer_zone on customer (isp_id, zone_id) where zone_id is not null;

-- The zones this transaction may see customers of, or null for all. Who is held to zones says an owner too ('/' is the
-- whole ISP), so that everything that hangs on a customer asks for the customer. Looked up in a table that is made once
-- for a statement: thousands of zones cost no more than one.
create function current_zones() returns uuid[] language sql stable parallel safe
as $$ select string_to_array(nullif(current_setting('app.zones', true), ''), ',')::uuid[] $$;
create policy zone on customer as restrictive using (
  (select current_zones()) is null or zone_id in (select unnest(current_zones())));
