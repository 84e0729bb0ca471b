-- Another profile or pool for a package on a router touches the lines that live there.

create function nudge_routers_mapped() returns trigger language plpgsql as $$
declare
  map package_router := case when tg_op = 'DELETE' then old else new end;
begin
  perform nudge_routers(map.isp_id, array(
    select s.id from service s join service_router l on l.isp_id = s.isp_id and l.service_id = s.id and l.router_id = map.router_id
    where s.isp_id = map.isp_id and s.package_id = map.package_id));
  return null;
end $$;
create trigger package_router_wanted after insert or update or delete on package_router for each row execute function nudge_routers_mapped();
