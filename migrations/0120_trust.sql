-- Trust of a sign-in: what a session still owes, second factors, passwords of before, and an audit log that nobody can
-- change unseen.

-- ---- Sessions ----

alter table session
  add column id uuid not null default gen_random_uuid(),
  -- what is missing before it opens anything; a session that owes nothing is a whole one
  add column owes text check (owes in ('code', 'enrol', 'password')),
  -- when a password or a code was last given
  add column proved_at timestamptz not null default now(),
  -- the cookie of before is good for a moment, so that requests under way are not thrown out
  add column previous_hash bytea,
  add column rotated_at timestamptz;
update session set proved_at = created_at;
alter table session alter column proved_at drop default;
create unique index session_id on session (id);
create index session_previous on session (previous_hash) where previous_hash is not null;

-- Whoever may not sign in any more is out at once, on every server, whichever way it was decided.
create function end_sessions_of_disabled() returns trigger language plpgsql as $$
begin
  delete from session where account_id = new.id;
  return null;
end $$;
create trigger account_disabled after update of status on account
  for each row when (new.status <> 'active') execute function end_sessions_of_disabled();
create trigger platform_account_disabled after update of status on platform_account
  for each row when (new.status <> 'active') execute function end_sessions_of_disabled();

-- How strict an ISP is (scope: its id), and the platform itself (scope: zeros). Read with each session, before anybody
-- is known. Without a row the product's own rules hold.
create table sign_in_rule (
  scope uuid primary key,
  -- developers, super admins and admins need a second factor before any page
  second_factor boolean not null,
  idle_minutes integer not null check (idle_minutes between 5 and 10080),
  most_sessions integer not null check (most_sessions between 1 and 20),
  -- staff and above choose a new password after so many days; null: never
  password_days integer check (password_days between 1 and 730),
  changed_at timestamptz not null
);
-- Who is here already goes on as before.
insert into sign_in_rule (scope, second_factor, idle_minutes, most_sessions, changed_at)
  select id, false, 720, 5, now() from isp
  union all
  select '00000000-0000-0000-0000-000000000000', false, 720, 5, now() where exists (select 1 from platform_account);

-- ---- Passwords and second factors: of accounts of ISPs and of the platform alike, so beside the session ----

alter table account
  add column password_set_at timestamptz not null default now(),
  add column email_verified_at timestamptz,
  add column mobile_verified_at timestamptz;
alter table platform_account add column password_set_at timestamptz not null default now();

create table password_past (
  account_id uuid not null,
  set_at timestamptz not null,
  hash text not null,
  primary key (account_id, set_at)
);

create table second_factor (
  account_id uuid primary key,
  -- sealed for the account
  seed bytea not null,
  -- null: shown, and not yet proven to be in somebody's phone
  confirmed_at timestamptz,
  -- the newest period whose code was taken: none is taken twice
  last_step bigint not null default 0,
  -- fresh recovery codes, sealed, until they were kept
  codes_shown bytea,
  codes_until timestamptz,
  created_at timestamptz not null
);

create table recovery_code (
  account_id uuid not null references second_factor (account_id) on delete cascade,
  hash bytea not null,
  used_at timestamptz,
  primary key (account_id, hash)
);

-- ---- The audit log is a chain: each link's hash covers the one before and its own entry ----

create table audit_link (
  isp_id uuid not null references isp (id),
  seq bigint not null check (seq > 0),
  entry_id uuid not null,
  hash bytea not null check (length(hash) = 32),
  primary key (isp_id, seq),
  foreign key (isp_id, entry_id) references audit_entry (isp_id, id)
);
create unique index audit_link_entry on audit_link (isp_id, entry_id);
select guard_isp_table('audit_link');
create trigger audit_link_append_only before update or delete or truncate on audit_link
  for each statement execute function refuse_change();
revoke delete, truncate on audit_link from current_user;

-- What is covered: everything that an entry says, in one order, with null told apart from nothing.
create function audit_words(e audit_entry) returns text language sql stable as $$
  select jsonb_build_array(e.isp_id, e.id, (extract(epoch from e.at) * 1000000)::bigint, e.actor_id, e.actor_name, e.action, e.object_kind,
    e.object_id, e.customer_id, e.before, e.after, host(e.ip), e.request_id)::text
$$;

-- Links are made when the transaction ends, so that writers wait for each other as briefly as may be and never with a
-- lock in hand that somebody else needs first.
create table audit_waiting (
  isp_id uuid not null references isp (id),
  id uuid not null default gen_random_uuid(),
  entries uuid[] not null,
  primary key (isp_id, id)
);
select guard_isp_table('audit_waiting');

create function audit_chain(isp uuid, wanted uuid[]) returns void language plpgsql as $$
declare
  last_seq bigint;
  last_hash bytea;
  one record;
begin
  perform pg_advisory_xact_lock(hashtextextended('audit ' || isp::text, 0));
  select l.seq, l.hash into last_seq, last_hash from audit_link l where l.isp_id = isp order by l.seq desc limit 1;
  last_seq := coalesce(last_seq, 0);
  last_hash := coalesce(last_hash, '\x');
  for one in select e.id, audit_words(e) as words from audit_entry e where e.isp_id = isp and e.id = any (wanted) order by e.at, e.id loop
    last_seq := last_seq + 1;
    last_hash := sha256(last_hash || convert_to(one.words, 'UTF8'));
    insert into audit_link (isp_id, seq, entry_id, hash) values (isp, last_seq, one.id, last_hash);
  end loop;
end $$;

create function audit_waiting_chained() returns trigger language plpgsql as $$
declare
  was text := current_setting('app.isp_id', true);
begin
  -- The transaction may have turned to another ISP meanwhile.
  perform set_config('app.isp_id', new.isp_id::text, true);
  perform audit_chain(new.isp_id, new.entries);
  delete from audit_waiting where isp_id = new.isp_id and id = new.id;
  perform set_config('app.isp_id', coalesce(was, ''), true);
  return null;
end $$;
create constraint trigger audit_waiting_chained after insert on audit_waiting deferrable initially deferred
  for each row execute function audit_waiting_chained();

create function audit_entry_waits() returns trigger language plpgsql as $$
begin
  insert into audit_waiting (isp_id, entries) select isp_id, array_agg(id) from new_rows group by isp_id;
  return null;
end $$;

do $$
declare
  one uuid;
begin
  for one in select id from isp loop
    perform set_config('app.isp_id', one::text, true);
    perform audit_chain(one, (select array_agg(id) from audit_entry where isp_id = one));
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;

create trigger audit_entry_waits after insert on audit_entry referencing new table as new_rows
  for each statement execute function audit_entry_waits();

-- The log is searched by person, kind and subject.
create index audit_entry_actor on audit_entry (isp_id, actor_id, at desc);
create index audit_entry_object on audit_entry (isp_id, object_id, at desc);
