-- What an ISP decided about refunds and rehearsals is settings by level now; what was chosen before is kept, as far as it is
-- not what is usual anyway.
do $$
declare
  one record;
begin
  for one in select id, case currency when 'JPY' then 1 else 100 end as parts from isp loop
    perform set_config('app.isp_id', one.id::text, true);
    insert into setting (isp_id, level, scope, key, value, changed_name, changed_at)
      select one.id, 'isp', one.id, v.key, v.value, 'migration', now() from correction_rule c, lateral (values
        ('refund_limit', trim_scale(c.refund_limit_minor::numeric / one.parts)::text, '5000'),
        ('rehearsal_required', case when c.rehearsal_required then 'yes' else 'no' end, 'no'),
        ('rehearsal_days', coalesce(c.rehearsal_days::text, ''), '')) as v (key, value, usual)
      where c.isp_id = one.id and v.value <> v.usual;
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;
drop table correction_rule;
