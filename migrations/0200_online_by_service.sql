-- Who is online on a line, found without fail. When nobody was online the last time PostgreSQL looked, it believes that
-- every index of open sessions is empty and takes any of them, and then reads everybody for each line: just when a power
-- cut is over and all dial in. The queries that look for one line say what is open in a way of their own, that this index
-- alone answers.
drop index radius_session_service_online;
create index radius_session_service_online on radius_session (isp_id, service_id) where coalesce(stopped_at, 'infinity') = 'infinity';
