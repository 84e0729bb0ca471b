-- Addresses: the networks of an ISP, what in them is kept for something, and who holds which address since when. A
-- network costs one row however large it is; an address costs one when somebody holds it.

create table address_block (
  isp_id uuid not null references isp (id),
  id uuid not null,
  -- lets private networks repeat
  vrf text not null default '' check (vrf ~ '^[a-z0-9._-]{0,40}$'),
  network cidr not null,
  name text not null check (length(name) between 1 and 60),
  category text not null check (category in ('static', 'dynamic', 'delegation', 'infrastructure', 'container')),
  gateway inet,
  -- of a delegation: length of the pieces
  piece smallint check (piece between 1 and 64),
  pool text check (length(pool) between 1 and 63),
  -- where the search for the next free one goes on
  last_given inet,
  created_at timestamptz not null,
  version integer not null default 1,
  primary key (isp_id, id),
  check (gateway is null or gateway <<= network),
  check ((category = 'delegation') = (piece is not null)),
  check (category <> 'delegation' or family(network) = 6)
);
create unique index address_block_network_key on address_block (isp_id, vrf, network);
select guard_isp_table('address_block');

create table address_range (
  isp_id uuid not null,
  id uuid not null,
  block_id uuid not null,
  vrf text not null,
  first inet not null,
  last inet not null check (last >= first),
  kind text not null check (kind in ('reserved', 'dynamic')),
  pool text check (length(pool) between 1 and 63),
  note text not null default '' check (length(note) <= 200),
  primary key (isp_id, id),
  foreign key (isp_id, block_id) references address_block (isp_id, id)
);
create index address_range_first on address_range (isp_id, vrf, first);
create index address_range_block on address_range (isp_id, block_id);
select guard_isp_table('address_range');

-- Who holds what: never changed but for its end, and gone only with a line that was taken back as if it had never come.
create table address_holding (
  isp_id uuid not null,
  id uuid not null,
  vrf text not null default '',
  address inet not null,
  -- address: of the line itself; prefix: its network of version 6; delegated: the network behind it
  kind text not null check (kind in ('address', 'prefix', 'delegated')),
  service_id uuid not null,
  since timestamptz not null,
  given_by text not null,
  until timestamptz,
  ended_by text,
  -- from when it may go to somebody else
  free_from timestamptz,
  primary key (isp_id, id),
  foreign key (isp_id, service_id) references service (isp_id, id) on delete cascade,
  check ((until is null) = (free_from is null) and (until is null) = (ended_by is null)),
  check (kind <> 'address' or masklen(address) = case family(address) when 4 then 32 else 128 end),
  check (kind = 'address' or family(address) = 6)
);
create unique index address_holding_key on address_holding (isp_id, vrf, address) where until is null;
create unique index address_holding_service_key on address_holding (isp_id, service_id, kind) where until is null;
create index address_holding_address on address_holding (isp_id, address, since desc);
create index address_holding_service on address_holding (isp_id, service_id, since desc);
create index address_holding_resting on address_holding (isp_id, free_from) where free_from is not null;
select guard_isp_table('address_holding');

-- Everybody who draws the map of one VRF waits here for the other; who is given an address only for those.
create function address_lock(isp uuid, vrf text) returns bigint language sql immutable
as $$ select hashtextextended('addresses:' || isp || ':' || vrf, 0) $$;

create function refuse_address(rule text) returns void language plpgsql as $$
begin
  raise exception using errcode = '23P01', constraint = rule, message = rule;
end $$;

-- Networks lie in one another or apart, and only a container holds others.
create function check_address_block() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(address_lock(new.isp_id, new.vrf));
  if exists (select 1 from address_block b where b.isp_id = new.isp_id and b.vrf = new.vrf and b.id <> new.id and b.network && new.network
             and not (b.category = 'container' and b.network >> new.network)
             and not (new.category = 'container' and new.network >> b.network)) then
    perform refuse_address('address_block_overlap');
  end if;
  if new.category = 'dynamic' and exists (
      select 1 from address_holding h where h.isp_id = new.isp_id and h.vrf = new.vrf and h.until is null and h.address && new.network::inet) then
    perform refuse_address('address_block_held');
  end if;
  return new;
end $$;
create trigger address_block_checked before insert or update of vrf, network, category on address_block
  for each row execute function check_address_block();

-- What is kept for one thing is not kept for another, and what routers hand out is nobody's.
create function check_address_range() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(address_lock(new.isp_id, new.vrf));
  if exists (select 1 from address_range r where r.isp_id = new.isp_id and r.vrf = new.vrf and r.id <> new.id
             and r.first <= new.last and new.first <= r.last) then
    perform refuse_address('address_range_overlap');
  end if;
  if new.kind = 'dynamic' and exists (
      select 1 from address_holding h where h.isp_id = new.isp_id and h.vrf = new.vrf and h.until is null
        and h.address between new.first and new.last) then
    perform refuse_address('address_block_held');
  end if;
  return new;
end $$;
create trigger address_range_checked before insert or update on address_range for each row execute function check_address_range();

-- Nobody is given what routers hand out. Single addresses are told apart by their key; networks of version 6 by looking
-- for those that hold them and those in them.
create function check_address_holding() returns trigger language plpgsql as $$
begin
  if family(new.address) = 4 then
    perform pg_advisory_xact_lock_shared(address_lock(new.isp_id, new.vrf));
  else
    perform pg_advisory_xact_lock(address_lock(new.isp_id, new.vrf));
    if exists (select 1 from address_holding h where h.isp_id = new.isp_id and h.vrf = new.vrf and h.until is null
               and h.address between network(new.address)::inet and set_masklen(broadcast(new.address), 128) and h.address <<= new.address)
       or exists (select 1 from address_holding h where h.isp_id = new.isp_id and h.vrf = new.vrf and h.until is null
               and h.address = any (array(select network(set_masklen(new.address, n))::inet
                                          from generate_series(8, masklen(new.address) - 1) n))) then
      perform refuse_address('address_holding_key');
    end if;
  end if;
  if exists (select 1 from address_range r where r.isp_id = new.isp_id and r.vrf = new.vrf and r.kind = 'dynamic'
             and new.address between r.first and r.last)
     or exists (select 1 from address_block b where b.isp_id = new.isp_id and b.vrf = new.vrf and b.category = 'dynamic'
                and b.network && new.address) then
    perform refuse_address('address_is_dynamic');
  end if;
  return new;
end $$;
create trigger address_holding_checked before insert on address_holding for each row execute function check_address_holding();

create function keep_address_holding() returns trigger language plpgsql as $$
begin
  if old.until is not null or (new.isp_id, new.id, new.vrf, new.address, new.kind, new.service_id, new.since, new.given_by)
       is distinct from (old.isp_id, old.id, old.vrf, old.address, old.kind, old.service_id, old.since, old.given_by) then
    perform refuse_address('address_holding_kept');
  end if;
  return new;
end $$;
create trigger address_holding_kept before update on address_holding for each row execute function keep_address_holding();

-- ---- What a line has follows what it holds ----

drop index service_static_ip_key;
drop index service_access_ipv6_key;
drop index service_access_delegated_key;

create function follow_holdings() returns trigger language plpgsql as $$
begin
  update service s set static_ip = case when n.until is null then n.address end
    from new_rows n where n.kind = 'address' and s.isp_id = n.isp_id and s.id = n.service_id
      and (n.until is null or s.static_ip = n.address);
  if exists (select 1 from new_rows where kind <> 'address') then
    insert into service_access (isp_id, service_id, ipv6_prefix, delegated_prefix)
      select isp_id, service_id, max(address) filter (where kind = 'prefix' and until is null),
             max(address) filter (where kind = 'delegated' and until is null)
      from new_rows where kind <> 'address' group by isp_id, service_id
    on conflict (isp_id, service_id) do update set
      ipv6_prefix = case when exists (select 1 from new_rows n where n.service_id = service_access.service_id and n.kind = 'prefix')
                         then excluded.ipv6_prefix else service_access.ipv6_prefix end,
      delegated_prefix = case when exists (select 1 from new_rows n where n.service_id = service_access.service_id and n.kind = 'delegated')
                              then excluded.delegated_prefix else service_access.delegated_prefix end;
  end if;
  return null;
end $$;

create function refuse_own_address() returns trigger language plpgsql as $$
begin
  -- 1: written past the holdings
  if pg_trigger_depth() < 2 then
    perform refuse_address('service_address_follows');
  end if;
  return new;
end $$;

-- Whoever has ended for good holds nothing.
create function end_holdings() returns trigger language plpgsql as $$
begin
  update address_holding h set until = greatest(now(), h.since), free_from = greatest(now(), h.since) + interval '24 hours', ended_by = 'terminated'
    where h.isp_id = new.isp_id and h.service_id = new.id and h.until is null;
  return null;
end $$;
create trigger service_ends_holdings after update of status on service for each row
  when (new.status = 'terminated' and old.status <> 'terminated') execute function end_holdings();

-- ---- Those that there are ----
do $$
declare
  one record;
begin
  for one in select id from isp loop
    perform set_config('app.isp_id', one.id::text, true);
    insert into address_holding (isp_id, id, address, kind, service_id, since, given_by)
      select isp_id, gen_random_uuid(), host(static_ip)::inet, 'address', id, created_at, 'migration' from service
      where isp_id = one.id and static_ip is not null and status <> 'terminated';
    insert into address_holding (isp_id, id, address, kind, service_id, since, given_by)
      select a.isp_id, gen_random_uuid(), network(v.address)::inet, v.kind, a.service_id, s.created_at, 'migration'
      from service_access a join service s on s.isp_id = a.isp_id and s.id = a.service_id
      cross join lateral (values ('prefix', a.ipv6_prefix), ('delegated', a.delegated_prefix)) v (kind, address)
      where a.isp_id = one.id and v.address is not null and s.status <> 'terminated'
      -- networks that held one another were not refused so far: the widest stays
      and not exists (select 1 from service_access o cross join lateral (values (o.ipv6_prefix), (o.delegated_prefix)) w (address)
                      where o.isp_id = one.id and w.address >> v.address);
    -- only what is held is used from now on
    update service set static_ip = null where isp_id = one.id and status = 'terminated' and static_ip is not null;
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;

create trigger address_holding_followed_insert after insert on address_holding referencing new table as new_rows
  for each statement execute function follow_holdings();
create trigger address_holding_followed_update after update on address_holding referencing new table as new_rows
  for each statement execute function follow_holdings();
create trigger service_address_follows_insert before insert on service for each row
  when (new.static_ip is not null) execute function refuse_own_address();
create trigger service_address_follows_update before update of static_ip on service for each row
  when (new.static_ip is distinct from old.static_ip) execute function refuse_own_address();
