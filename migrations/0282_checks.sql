-- What an ISP decided about refunds, rehearsals and expenses is settings by level now; what was chosen before is kept, as far as it is
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

do $$
declare
  one record;
begin
  for one in select id, case currency when 'JPY' then 1 else 100 end as parts from isp loop
    perform set_config('app.isp_id', one.id::text, true);
    insert into setting (isp_id, level, scope, key, value, changed_name, changed_at)
      select one.id, 'isp', one.id, 'expense_limit', v.value, 'migration', now()
      from books_setting b, lateral (values (trim_scale(b.expense_limit_minor::numeric / one.parts)::text)) as v (value)
      where b.isp_id = one.id and v.value <> '5000';
  end loop;
  perform set_config('app.isp_id', '', true);
end $$;
drop table books_setting;
