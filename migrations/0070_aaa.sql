-- What RADIUS may do beyond yes and no: rules of packages and lines, devices, the block list, what has to be told to
-- servers whose subscribers' lines changed, and how far accounting that waited on a disk has been read.

alter table nas drop constraint nas_vendor_check;
alter table nas
  add constraint nas_vendor_check check (vendor in ('mikrotik', 'huawei', 'generic')),
  -- lets a device in by its address alone
  add column mac_auth boolean not null default false,
  -- where it hears changes of authorisation (RFC 5176); null: it does not
  add column coa_port integer default 3799 check (coa_port between 1 and 65535),
  add column framed_pool text check (length(framed_pool) between 1 and 63),
  add column reply_template text not null default '' check (length(reply_template) <= 4000);

-- `user@realm`: taken off the name, or part of it.
create table radius_realm (
  isp_id uuid not null references isp (id),
  realm text not null check (realm ~ '^[a-z0-9][a-z0-9.-]{0,99}$'),
  framed_pool text check (length(framed_pool) between 1 and 63),
  mac_auth boolean not null default true,
  primary key (isp_id, realm)
);
select guard_isp_table('radius_realm');

create table package_access (
  isp_id uuid not null,
  package_id uuid not null,
  -- 0: as many as come
  sessions smallint not null default 1 check (sessions between 0 and 100),
  on_duplicate text not null default 'drop_old' check (on_duplicate in ('drop_old', 'refuse_new')),
  mac_rule text not null default 'any' check (mac_rule in ('any', 'fixed', 'learn')),
  mac_most smallint not null default 1 check (mac_most between 1 and 20),
  mac_replace boolean not null default false,
  framed_pool text check (length(framed_pool) between 1 and 63),
  address_list text check (length(address_list) between 1 and 63),
  reply_template text not null default '' check (length(reply_template) <= 4000),
  primary key (isp_id, package_id),
  foreign key (isp_id, package_id) references package (isp_id, id)
);
select guard_isp_table('package_access');

-- What one line has apart from its package; null: as the package says.
create table service_access (
  isp_id uuid not null,
  service_id uuid not null,
  sessions smallint check (sessions between 0 and 100),
  on_duplicate text check (on_duplicate in ('drop_old', 'refuse_new')),
  mac_rule text check (mac_rule in ('any', 'fixed', 'learn')),
  mac_most smallint check (mac_most between 1 and 20),
  mac_replace boolean,
  framed_pool text check (length(framed_pool) between 1 and 63),
  address_list text check (length(address_list) between 1 and 63),
  ipv6_prefix inet check (family(ipv6_prefix) = 6),
  delegated_prefix inet check (family(delegated_prefix) = 6),
  reply_template text not null default '' check (length(reply_template) <= 4000),
  primary key (isp_id, service_id),
  foreign key (isp_id, service_id) references service (isp_id, id)
);
create unique index service_access_ipv6_key on service_access (isp_id, ipv6_prefix);
create unique index service_access_delegated_key on service_access (isp_id, delegated_prefix);
select guard_isp_table('service_access');

create table service_mac (
  isp_id uuid not null,
  service_id uuid not null,
  mac text not null check (mac ~ '^([0-9A-F]{2}:){5}[0-9A-F]{2}$'),
  source text not null check (source in ('learnt', 'staff')),
  bound_at timestamptz not null,
  primary key (isp_id, service_id, mac),
  foreign key (isp_id, service_id) references service (isp_id, id)
);
create index service_mac_mac on service_mac (isp_id, mac);
select guard_isp_table('service_mac');

-- Who may not come in whatever else is right (SEC-18). Values are normalised: a MAC in capitals with colons, a mobile
-- as +880…, a user name in lower case.
create table access_block (
  isp_id uuid not null references isp (id),
  id uuid not null,
  kind text not null check (kind in ('mac', 'mobile', 'username')),
  value text not null check (length(value) between 1 and 253),
  note text not null check (length(note) between 1 and 300),
  until timestamptz,
  since timestamptz not null,
  set_by text not null,
  primary key (isp_id, id)
);
create unique index access_block_key on access_block (isp_id, kind, value);
select guard_isp_table('access_block');

create function tell_isp_change_any() returns trigger language plpgsql as $$
begin
  perform pg_notify('subscriber', (case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end) ->> 'isp_id');
  return null;
end $$;
create trigger radius_realm_told after insert or update or delete on radius_realm for each row execute function tell_isp_change_any();
create trigger package_access_told after insert or update or delete on package_access for each row execute function tell_isp_change_any();
create trigger access_block_told after insert or update or delete on access_block for each row execute function tell_isp_change_any();
create trigger service_access_told_insert after insert on service_access referencing new table as changed_rows
  for each statement execute function tell_service_change();
create trigger service_access_told_update after update on service_access referencing new table as changed_rows
  for each statement execute function tell_service_change();
create trigger service_access_told_delete after delete on service_access referencing old table as changed_rows
  for each statement execute function tell_service_change();
create trigger service_mac_told_insert after insert on service_mac referencing new table as changed_rows
  for each statement execute function tell_service_change();
create trigger service_mac_told_delete after delete on service_mac referencing old table as changed_rows
  for each statement execute function tell_service_change();

-- A new mobile may be one that is blocked.
create function tell_mobile_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('subscriber', new.isp_id || ':' || s.id) from service s where s.isp_id = new.isp_id and s.customer_id = new.id;
  return null;
end $$;
create trigger customer_mobile_told after update of mobile on customer
  for each row when (old.mobile is distinct from new.mobile) execute function tell_mobile_change();

-- What a session was let in with; null: nobody knows.
alter table radius_session add column granted text;
-- Why somebody was refused, searched by device and by server.
create index auth_attempt_mac on auth_attempt (isp_id, mac, at desc) where mac is not null;
create index auth_attempt_nas on auth_attempt (isp_id, nas_id, at desc);

-- Lines with somebody online that changed a moment ago: written in the transaction that changed them, read and taken
-- away by the server that looks what has to be told to whom.
create table access_nudge (
  isp_id uuid not null,
  service_id uuid not null,
  cause text not null,
  at timestamptz not null default now(),
  primary key (isp_id, service_id),
  foreign key (isp_id, service_id) references service (isp_id, id)
);
select guard_isp_table('access_nudge');

-- What was told to a server about one session, and what it said.
create table access_order (
  isp_id uuid not null references isp (id),
  id uuid not null,
  session_id uuid not null,
  service_id uuid,
  nas_id uuid not null,
  cause text not null,
  kind text not null check (kind in ('disconnect', 'change')),
  -- the rate of a change
  rate text,
  -- what the session has once the order is done
  grants text,
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'done', 'unneeded', 'failed')),
  -- ack, nak or timeout: the last answer
  answer text check (answer in ('ack', 'nak', 'timeout', 'unreachable')),
  error_cause integer,
  attempts smallint not null default 0,
  asked_at timestamptz not null,
  next_at timestamptz not null,
  answered_at timestamptz,
  -- accounting has shown that it is so
  verified_at timestamptz,
  primary key (isp_id, id),
  foreign key (isp_id, session_id) references radius_session (isp_id, id),
  foreign key (isp_id, nas_id) references nas (isp_id, id)
);
create unique index access_order_open on access_order (isp_id, session_id) where state in ('waiting', 'sending');
create index access_order_due on access_order (isp_id, next_at) where state in ('waiting', 'sending');
create index access_order_unverified on access_order (isp_id, answered_at) where state = 'done' and verified_at is null;
create index access_order_session on access_order (isp_id, session_id);
create index access_order_recent on access_order (isp_id, asked_at desc);
select guard_isp_table('access_order');

-- Nudges those of `services` that have somebody online.
create function nudge_services(isp uuid, services uuid[], why text) returns void language plpgsql as $$
begin
  insert into access_nudge (isp_id, service_id, cause)
    select distinct on (r.service_id) isp, r.service_id, why from radius_session r
    where r.isp_id = isp and r.service_id = any(services) and r.stopped_at is null
  on conflict (isp_id, service_id) do update set cause = excluded.cause, at = excluded.at;
  if found then
    perform pg_notify('access', isp::text);
  end if;
end $$;

create function nudge_service_update() returns trigger language plpgsql as $$
declare
  one record;
begin
  for one in
    select n.isp_id, array_agg(n.id) as services,
           case when bool_or(n.status <> o.status) then 'status' when bool_or(n.package_id <> o.package_id) then 'package'
                when bool_or(n.static_ip is distinct from o.static_ip) then 'address' else 'expiry' end as why
    from new_rows n join old_rows o on o.isp_id = n.isp_id and o.id = n.id
    where n.status <> o.status or n.package_id <> o.package_id or n.username <> o.username
      or n.static_ip is distinct from o.static_ip
      -- a bound that moves far in the future changes nothing for those who are online
      or (least(n.expires_at, n.cutoff_at) is distinct from least(o.expires_at, o.cutoff_at)
          and (least(n.expires_at, n.cutoff_at) <= now() + interval '1 hour' or least(o.expires_at, o.cutoff_at) <= now() + interval '1 hour'))
    group by n.isp_id
  loop
    perform nudge_services(one.isp_id, one.services, one.why);
  end loop;
  return null;
end $$;
create trigger service_nudged after update on service referencing old table as old_rows new table as new_rows
  for each statement execute function nudge_service_update();

create function nudge_changed_services() returns trigger language plpgsql as $$
declare
  one record;
begin
  for one in select isp_id, array_agg(service_id) as services from changed_rows group by isp_id loop
    perform nudge_services(one.isp_id, one.services, tg_argv[0]);
  end loop;
  return null;
end $$;
create trigger service_block_nudged_insert after insert on service_block referencing new table as changed_rows
  for each statement execute function nudge_changed_services('suspended');
create trigger service_block_nudged_delete after delete on service_block referencing old table as changed_rows
  for each statement execute function nudge_changed_services('resumed');
create trigger service_access_nudged_insert after insert on service_access referencing new table as changed_rows
  for each statement execute function nudge_changed_services('rules');
create trigger service_access_nudged_update after update on service_access referencing new table as changed_rows
  for each statement execute function nudge_changed_services('rules');
create trigger service_mac_nudged_delete after delete on service_mac referencing old table as changed_rows
  for each statement execute function nudge_changed_services('device');

create function nudge_package() returns trigger language plpgsql as $$
begin
  perform nudge_services(new.isp_id, array(select s.id from service s where s.isp_id = new.isp_id and s.package_id = new.id), 'speed');
  return null;
end $$;
create trigger package_nudged after update on package for each row
  when ((old.up_kbps, old.down_kbps, old.burst_up_kbps, old.burst_down_kbps, old.burst_from_up_kbps, old.burst_from_down_kbps,
         old.burst_seconds, old.priority, old.contention, old.night_up_kbps, old.night_down_kbps)
        is distinct from
        (new.up_kbps, new.down_kbps, new.burst_up_kbps, new.burst_down_kbps, new.burst_from_up_kbps, new.burst_from_down_kbps,
         new.burst_seconds, new.priority, new.contention, new.night_up_kbps, new.night_down_kbps))
  execute function nudge_package();

create function nudge_package_access() returns trigger language plpgsql as $$
begin
  perform nudge_services(new.isp_id, array(select s.id from service s where s.isp_id = new.isp_id and s.package_id = new.package_id), 'rules');
  return null;
end $$;
create trigger package_access_nudged after insert or update on package_access for each row execute function nudge_package_access();

-- How far the accounting that a server kept on its own disk is in the database, so that none of it counts twice.
create table accounting_spool (
  isp_id uuid not null references isp (id),
  spool uuid not null,
  done bigint not null,
  primary key (isp_id, spool)
);
select guard_isp_table('accounting_spool');

-- A speed of a line's own, for a while.
create trigger service_override_nudged_insert after insert on service_override referencing new table as changed_rows
  for each statement execute function nudge_changed_services('speed');
create trigger service_override_nudged_update after update on service_override referencing new table as changed_rows
  for each statement execute function nudge_changed_services('speed');
