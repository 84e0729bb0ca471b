-- The zones that somebody is held to are looked up in a sorted list, half of it at a time, and no longer in a table that a
-- subquery makes: a subquery in a policy keeps PostgreSQL from sharing the work of a statement, for everybody (decision
-- 0009). Whoever enters writes them in order; out of order, rows would be missing and never too many, because what is found
-- has to be the zone itself.

alter policy scope on customer using (
  (case when (select current_owner()) is null and (select current_customer()) is null then 1
   else (coalesce(starts_with(owner_path, (select current_owner())), true)
     and coalesce(coalesce(branch_id, '00000000-0000-0000-0000-000000000000') = any ((select current_branches())::uuid[]), true)
     and coalesce(
       ((select current_zones())::uuid[])[width_bucket(zone_id, (select current_zones())::uuid[])] = zone_id,
       (select nullif(current_setting('app.zones', true), '')) is null)
     and coalesce(id = (select current_customer()), true))::integer end) <> 0);
alter policy scope on service using (
  (case when (select current_owner()) is null and (select current_customer()) is null then 1
   else (coalesce(starts_with(owner_path, (select current_owner())), true)
     and coalesce(coalesce(branch_id, '00000000-0000-0000-0000-000000000000') = any ((select current_branches())::uuid[]), true)
     and coalesce(
       ((select current_zones())::uuid[])[width_bucket(zone_id, (select current_zones())::uuid[])] = zone_id,
       (select nullif(current_setting('app.zones', true), '')) is null)
     and coalesce(customer_id = (select current_customer()), true))::integer end) <> 0);
