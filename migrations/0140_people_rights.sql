-- People of an ISP and what each may do: who was suspended and why, first passwords, grants with a date and a reason,
-- menus that are closed for a reseller, names of roles, somebody acting as somebody else, and branches.

-- ---- Accounts ----

alter table account
  -- the password was made by somebody else: another is chosen before anything opens
  add column must_change boolean not null default false,
  -- the saved set of rights that a staff member began with
  add column preset text check (preset ~ '^[a-z_]{1,40}$'),
  -- suspended himself; `status` says whether he may sign in, which also falls with whoever is above him
  add column suspended_at timestamptz,
  add column suspended_why text check (length(suspended_why) between 1 and 500),
  drop constraint account_status_check,
  add constraint account_status_check check (status in ('active', 'disabled', 'deleted'));
alter table platform_account add column must_change boolean not null default false;

do $$
declare
  one uuid;
begin
  for one in select id from isp loop
    perform set_config('app.isp_id', one::text, true);
    update account set suspended_at = now() where isp_id = one and status = 'disabled';
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;

-- Who is right above somebody: the last name in his path that is not his own.
create function account_above(role text, path text) returns uuid language sql immutable parallel safe as $$
  select (names)[cardinality(names) - case when role in ('reseller', 'sub_reseller') then 1 else 0 end]::uuid
  from (select string_to_array(nullif(trim(both '/' from path), ''), '/') as names) p
$$;

create index account_owner on account (isp_id, owner_path text_pattern_ops);

-- A reseller changes nobody outside his subtree, whatever a statement forgets. Names may be read: of whom he hands cash
-- to, of whoever wrote an entry.
create policy subtree_insert on account as restrictive for insert with check (
  (select current_owner()) is null or starts_with(owner_path, (select current_owner())));
create policy subtree_update on account as restrictive for update using (
  (select current_owner()) is null or starts_with(owner_path, (select current_owner())));
create policy subtree_delete on account as restrictive for delete using ((select current_owner()) is null);

-- An ISP is never without somebody who may do everything in it.
create function keep_an_admin() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('admins ' || old.isp_id::text, 0));
  if not exists (select 1 from account where isp_id = old.isp_id and id <> old.id and role = 'admin' and status = 'active') then
    raise exception 'the last active admin' using errcode = 'LM004', constraint = 'account_last_admin';
  end if;
  return new;
end $$;
create trigger account_keeps_an_admin before update of role, status on account
  for each row when (old.role = 'admin' and old.status = 'active' and (new.role <> 'admin' or new.status <> 'active'))
  execute function keep_an_admin();

-- A generated password, sealed, for the one who made it and for a few minutes. Of accounts of ISPs and of the platform.
create table first_password (
  account_id uuid primary key,
  sealed bytea not null,
  made_by uuid,
  until timestamptz not null
);

-- When somebody came in last: his session may be gone.
create table last_sign_in (
  account_id uuid primary key,
  at timestamptz not null
);

-- ---- Rights ----

alter table account_grant
  add column id uuid not null default gen_random_uuid(),
  add column effect text not null default 'allow' check (effect in ('allow', 'deny')),
  -- the one customer it is good for; null: everything
  add column customer_id uuid,
  add column reason text check (length(reason) between 1 and 500),
  add column expires_at timestamptz,
  drop constraint account_grant_pkey,
  add primary key (isp_id, id),
  add foreign key (isp_id, customer_id) references customer (isp_id, id),
  add constraint account_grant_special check (effect = 'allow' or (customer_id is null and expires_at is null));
create unique index account_grant_standing_key on account_grant (isp_id, account_id, permission, effect)
  where customer_id is null and expires_at is null;
create index account_grant_account on account_grant (isp_id, account_id);

-- Menus that an ISP closes for a reseller and everybody below him.
create table hidden_menu (
  isp_id uuid not null,
  account_id uuid not null,
  menu text not null check (menu in ('resellers', 'network', 'customers', 'money', 'expenses')),
  hidden_by uuid,
  hidden_at timestamptz not null,
  primary key (isp_id, account_id, menu),
  foreign key (isp_id, account_id) references account (isp_id, id)
);
select guard_isp_table('hidden_menu');

-- How an ISP calls a role.
create table role_title (
  isp_id uuid not null references isp (id),
  role text not null check (role in ('admin', 'reseller', 'sub_reseller', 'manager', 'staff', 'card_distributor', 'customer')),
  language text not null check (language in ('en', 'bn')),
  title text not null check (length(title) between 1 and 40),
  primary key (isp_id, role, language)
);
select guard_isp_table('role_title');

-- ---- Acting as somebody else ----

alter table session
  -- the session of whoever acts; when it ends, this one ends with it
  add column parent_id uuid references session (id) on delete cascade,
  add column impersonator_id uuid,
  add column impersonator_name text,
  add constraint session_impersonator check ((parent_id is null) = (impersonator_id is null));
create index session_parent on session (parent_id) where parent_id is not null;

alter table audit_entry
  add column impersonator_id uuid,
  add column impersonator_name text;
-- Entries of before keep the words that their links cover.
create or replace function audit_words(e audit_entry) returns text language sql stable as $$
  select (jsonb_build_array(e.isp_id, e.id, (extract(epoch from e.at) * 1000000)::bigint, e.actor_id, e.actor_name, e.action, e.object_kind,
    e.object_id, e.customer_id, e.before, e.after, host(e.ip), e.request_id)
    || case when e.impersonator_id is null then '[]'::jsonb else jsonb_build_array(e.impersonator_id, e.impersonator_name) end)::text
$$;

-- ---- Branches ----

create table branch (
  isp_id uuid not null references isp (id),
  id uuid not null,
  parent_id uuid,
  name text not null check (length(name) between 1 and 60),
  -- customers of no other branch belong to it
  is_default boolean not null default false,
  created_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (isp_id, id),
  foreign key (isp_id, parent_id) references branch (isp_id, id),
  check (parent_id is distinct from id)
);
create unique index branch_name_key on branch (isp_id, lower(name));
create unique index branch_default_key on branch (isp_id) where is_default;
create index branch_parent on branch (isp_id, parent_id);
select guard_isp_table('branch');

-- There is always one.
create function keep_default_branch() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or not new.is_default then
    raise exception 'the default branch' using errcode = 'LM005', constraint = 'branch_default_kept';
  end if;
  return new;
end $$;
create trigger branch_default_deleted before delete on branch for each row when (old.is_default) execute function keep_default_branch();
create trigger branch_default_changed before update of is_default on branch
  for each row when (old.is_default) execute function keep_default_branch();

do $$
declare
  one uuid;
begin
  for one in select id from isp loop
    perform set_config('app.isp_id', one::text, true);
    insert into branch (isp_id, id, name, is_default) values (one, gen_random_uuid(), 'Main branch', true);
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;

-- Who sees the customers of these branches, and of those below them, alone.
create table account_branch (
  isp_id uuid not null,
  account_id uuid not null,
  branch_id uuid not null,
  primary key (isp_id, account_id, branch_id),
  foreign key (isp_id, account_id) references account (isp_id, id),
  foreign key (isp_id, branch_id) references branch (isp_id, id)
);
create index account_branch_branch on account_branch (isp_id, branch_id);
select guard_isp_table('account_branch');

-- null: the default branch
alter table customer
  add column branch_id uuid,
  add foreign key (isp_id, branch_id) references branch (isp_id, id);
create index customer_branch on customer (isp_id, branch_id) where branch_id is not null;

-- The branches this transaction may see customers of, or null for all; zeros stand for the default one. Who is held to
-- branches says '/' for his owner too, so that everything that hangs on a customer asks for the customer.
create function current_branches() returns uuid[] language sql stable parallel safe
as $$ select string_to_array(nullif(current_setting('app.branches', true), ''), ',')::uuid[] $$;
create policy branch on customer as restrictive using (
  (select current_branches()) is null
  or coalesce(branch_id, '00000000-0000-0000-0000-000000000000') = any ((select current_branches())::uuid[]));
