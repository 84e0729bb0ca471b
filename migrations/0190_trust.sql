-- What happens to a session that is used from another network than the one it was opened from.

alter table sign_in_rule
  add column staff_moves text not null default 'ask' check (staff_moves in ('off', 'ask', 'end')),
  add column customer_moves text not null default 'off' check (customer_moves in ('off', 'ask', 'end'));
alter table sign_in_rule alter column staff_moves drop default, alter column customer_moves drop default;

-- Where it was opened, and where its owner gave his password again. None: opened over no connection.
alter table session add column networks cidr[] not null default '{}';
update session set networks = array[network(set_masklen(ip, case family(ip) when 4 then 24 else 48 end))] where ip is not null;
