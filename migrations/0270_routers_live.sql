-- Sessions are also told by routers that let people in by themselves: nobody reports those, so we look. Then `nas_id` is
-- the router itself, also where the router is a RADIUS client beside it: what it tells by accounting and what we saw stay
-- apart, and no order of RADIUS is ever placed for a session that RADIUS knows nothing of.
alter table radius_session drop constraint radius_session_isp_id_nas_id_fkey;
alter table radius_session_archive drop constraint radius_session_archive_isp_id_nas_id_fkey;

-- Whoever tells of sessions, by name.
create view session_place with (security_invoker = true) as
  select isp_id, id, name from nas
  union all
  select isp_id, id, name from router;
