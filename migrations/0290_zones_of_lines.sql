-- A line carries its customer's zone too (see 0255), and whoever is held to zones is so in the same condition.

alter table service add column zone_id uuid;

do $$
declare
  one uuid;
begin
  for one in select id from isp loop
    perform set_config('app.isp_id', one::text, true);
    update service s set zone_id = c.zone_id
      from customer c where c.isp_id = s.isp_id and c.id = s.customer_id and c.zone_id is not null;
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;

create or replace function whose_line() returns trigger language plpgsql as $$
begin
  select c.owner_path, c.branch_id, c.zone_id into new.owner_path, new.branch_id, new.zone_id
    from customer c where c.isp_id = new.isp_id and c.id = new.customer_id;
  new.owner_path := coalesce(new.owner_path, '');
  return new;
end $$;
drop trigger service_whose on service;
create trigger service_whose before insert or update of customer_id, owner_path, branch_id, zone_id on service
  for each row execute function whose_line();

create or replace function move_lines() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from new_rows n join old_rows o on o.isp_id = n.isp_id and o.id = n.id
    where (n.owner_path, n.branch_id, n.zone_id) is distinct from (o.owner_path, o.branch_id, o.zone_id))
  then
    update service s set owner_path = n.owner_path, branch_id = n.branch_id, zone_id = n.zone_id
      from new_rows n join old_rows o on o.isp_id = n.isp_id and o.id = n.id
      where (n.owner_path, n.branch_id, n.zone_id) is distinct from (o.owner_path, o.branch_id, o.zone_id)
        and s.isp_id = n.isp_id and s.customer_id = n.id;
  end if;
  return null;
end $$;

-- The zones are looked up in a table that is made once for a statement: thousands of them cost no more than one.
drop policy zone on customer;
alter policy scope on customer using (
  (case when (select current_owner()) is null and (select current_customer()) is null then 1
   else (coalesce(starts_with(owner_path, (select current_owner())), true)
     and coalesce(coalesce(branch_id, '00000000-0000-0000-0000-000000000000') = any ((select current_branches())::uuid[]), true)
     and ((select current_zones()) is null or zone_id in (select unnest(current_zones())))
     and coalesce(id = (select current_customer()), true))::integer end) <> 0);
alter policy scope on service using (
  (case when (select current_owner()) is null and (select current_customer()) is null then 1
   else (coalesce(starts_with(owner_path, (select current_owner())), true)
     and coalesce(coalesce(branch_id, '00000000-0000-0000-0000-000000000000') = any ((select current_branches())::uuid[]), true)
     and ((select current_zones()) is null or zone_id in (select unnest(current_zones())))
     and coalesce(customer_id = (select current_customer()), true))::integer end) <> 0);
