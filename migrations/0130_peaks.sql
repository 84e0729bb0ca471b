-- How fast a line was at its fastest: octets of the busiest five minutes, kept when slots become hours and hours days
-- (MON-02: average and maximum). Null: not known, from before.

create function most_slot(a bigint[]) returns bigint language sql immutable parallel safe as $$
  select greatest(a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12])
$$;

alter table usage_hour add column up_most bigint, add column down_most bigint;
alter table usage_day add column up_most bigint, add column down_most bigint;
