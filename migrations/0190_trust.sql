-- What happens to a session that is used from another network than the one it was opened from.

alter table sign_in_rule
  add column staff_moves text not null default 'ask' check (staff_moves in ('off', 'ask', 'end')),
  add column customer_moves text not null default 'off' check (customer_moves in ('off', 'ask', 'end'));
alter table sign_in_rule alter column staff_moves drop default, alter column customer_moves drop default;

-- Where it was opened, and where its owner gave his password again. None: opened over no connection.
alter table session add column networks cidr[] not null default '{}';
update session set networks = array[network(set_masklen(ip, case family(ip) when 4 then 24 else 48 end))] where ip is not null;

-- "nobody set, or it is his" as one value: an `or` of three policies looks to the planner as if it let almost nothing
-- through, and it walks 100,000 subscribers one by one for a page of fifty.
alter policy owner on customer using (coalesce(starts_with(owner_path, (select current_owner())), true));
alter policy portal on customer using (coalesce(id = (select current_customer()), true));
alter policy branch on customer
  using (coalesce(coalesce(branch_id, '00000000-0000-0000-0000-000000000000') = any ((select current_branches())::uuid[]), true));
