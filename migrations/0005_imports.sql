-- Files of subscribers on their way in: what was read, what each row will become, what it became.

create table import_mapping (
  isp_id uuid not null references isp (id),
  -- the column names of a file, folded: the same export is recognised next time
  header_signature text not null,
  mapping jsonb not null,
  used_at timestamptz not null,
  primary key (isp_id, header_signature)
);
select guard_isp_table('import_mapping');

create table import (
  isp_id uuid not null references isp (id),
  id uuid not null,
  file_name text not null,
  file_hash bytea not null,
  header jsonb not null,
  header_signature text not null,
  mapping jsonb,
  state text not null check (state in ('mapping', 'previewing', 'previewed', 'running', 'done', 'failed', 'undoing', 'undone')),
  rows integer not null,
  ready integer not null default 0,
  unchanged integer not null default 0,
  wrong integer not null default 0,
  done integer not null default 0,
  failed integer not null default 0,
  options jsonb not null default '{}',
  -- what was noticed on reading the file
  notes jsonb not null default '[]',
  -- what all rows together decided: order of dates, packages to be created
  plan jsonb not null default '{}',
  created_packages uuid[] not null default '{}',
  problem text,
  created_by uuid not null,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  undone_at timestamptz,
  primary key (isp_id, id)
);
create index import_created on import (isp_id, created_at desc);
create index import_hash on import (isp_id, file_hash);
select guard_isp_table('import');

create table import_row (
  isp_id uuid not null,
  import_id uuid not null,
  row_number integer not null,
  -- a list of texts, sealed: lists hold the passwords of lines
  cells_sealed bytea not null,
  -- new: will be created; same: already here; blank; duplicate: of another row of the file; wrong: see problems;
  -- created, failed, undone, kept (touched since, so not undone)
  fate text not null check (fate in ('unread', 'new', 'same', 'blank', 'duplicate', 'wrong', 'created', 'failed', 'undone', 'kept')),
  parsed jsonb,
  problems jsonb not null default '[]',
  customer_id uuid,
  service_id uuid,
  primary key (isp_id, import_id, row_number),
  foreign key (isp_id, import_id) references import (isp_id, id)
);
create index import_row_fate on import_row (isp_id, import_id, fate, row_number);
select guard_isp_table('import_row');

alter table customer add foreign key (isp_id, import_id) references import (isp_id, id);
