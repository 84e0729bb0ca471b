-- Moving the subscribers of a router from its own secrets to RADIUS, in waves: each run, its waves, and what became of each
-- secret, so that it can be made exactly as it was.

create table router_move (
  isp_id uuid not null,
  id uuid not null,
  router_id uuid not null,
  state text not null check (state in ('waiting', 'preparing', 'testing', 'asking', 'moving', 'paused', 'finishing', 'done',
                                       'returning', 'returned', 'clearing', 'cleared', 'refused')),
  -- how much of all goes in one wave, and how long a wave may take to come back
  percent smallint not null check (percent between 1 and 100),
  minutes smallint not null check (minutes between 1 and 60),
  -- where the router finds our RADIUS service; null: it knows a RADIUS server already
  server text check (length(server) between 1 and 45),
  mode_before text not null check (mode_before in ('local', 'hybrid')),
  -- its settings for RADIUS as they were and as they become, sealed because of the secret; and since when the router goes
  -- back by itself should they cut us off
  setup_sealed bytea,
  armed_at timestamptz,
  -- a person wants it to rest after this wave
  stop_asked boolean not null default false,
  -- who went on although nobody had come in for the test
  forced_by text,
  -- why it ended as it did, or rests: problems in the words of the locales
  problems jsonb not null default '[]',
  waits_for text,
  asked_by text not null,
  created_at timestamptz not null,
  -- all of it is with RADIUS since
  moved_at timestamptz,
  ended_at timestamptz,
  primary key (isp_id, id),
  foreign key (isp_id, router_id) references router (isp_id, id) on delete cascade
);
-- Two at once would tear at the same router.
create unique index router_move_active_key on router_move (isp_id, router_id)
  where state not in ('done', 'returned', 'cleared', 'refused');
create index router_move_router on router_move (isp_id, router_id, created_at desc);
select guard_isp_table('router_move');

-- Wave 0 is the test with one line.
create table router_move_wave (
  isp_id uuid not null,
  move_id uuid not null,
  number smallint not null check (number >= 0),
  began_at timestamptz not null,
  -- everybody of it has been sent to dial anew
  kicked_at timestamptz,
  ended_at timestamptz,
  primary key (isp_id, move_id, number),
  foreign key (isp_id, move_id) references router_move (isp_id, id) on delete cascade
);
select guard_isp_table('router_move_wave');

create table router_move_secret (
  isp_id uuid not null,
  move_id uuid not null,
  position integer not null,
  name text not null check (length(name) between 1 and 300),
  -- no reference: what stands on the router outlives the line
  service_id uuid,
  state text not null check (state in ('waiting', 'left', 'writing', 'off', 'back', 'on', 'kept', 'changed', 'gone', 'removed')),
  -- why it stays on the router, or does not count
  why text,
  wave smallint,
  -- the line that is moved first, for a test
  test boolean not null default false,
  was_online boolean not null default false,
  -- on the router: its id, and what it was before we touched it
  item text not null,
  profile text not null default '',
  comment text not null default '',
  back_at timestamptz,
  primary key (isp_id, move_id, position),
  foreign key (isp_id, move_id) references router_move (isp_id, id) on delete cascade
);
create index router_move_secret_state on router_move_secret (isp_id, move_id, state, position);
create index router_move_secret_wave on router_move_secret (isp_id, move_id, wave);
create index router_move_secret_asleep on router_move_secret (isp_id, service_id) where state in ('writing', 'off', 'back');
select guard_isp_table('router_move_secret');
