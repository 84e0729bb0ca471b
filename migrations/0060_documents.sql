-- Documents on paper. What was issued keeps the look it was issued with: brandings and templates are versions that
-- hold from a moment on and are never changed, and each print remembers what it said and which versions it used.

create table branding (
  isp_id uuid not null references isp (id),
  version integer not null check (version > 0),
  -- documents issued from then on look like this
  from_at timestamptz not null,
  look jsonb not null,
  logo_hash bytea,
  by_name text not null,
  primary key (isp_id, version)
);
select guard_isp_table('branding');
create trigger branding_append_only before update or delete or truncate on branding
  for each statement execute function refuse_change();

-- Logos by their content: an older document still finds the one it was printed with.
create table branding_logo (
  isp_id uuid not null references isp (id),
  hash bytea not null,
  bytes bytea not null check (octet_length(bytes) between 1 and 307200),
  primary key (isp_id, hash)
);
select guard_isp_table('branding_logo');
alter table branding add foreign key (isp_id, logo_hash) references branding_logo (isp_id, hash);

create table document_template (
  isp_id uuid not null references isp (id),
  kind text not null check (kind in ('invoice', 'receipt', 'credit_note', 'statement', 'proforma')),
  paper text not null check (paper in ('a4', '80mm')),
  version integer not null check (version > 0),
  from_at timestamptz not null,
  -- came with the product, whose next version may bring another
  built_in boolean not null,
  source text not null check (octet_length(source) between 1 and 100000),
  by_name text not null,
  primary key (isp_id, kind, paper, version)
);
select guard_isp_table('document_template');
create trigger document_template_append_only before update or delete or truncate on document_template
  for each statement execute function refuse_change();

-- What was printed: asked for again with the same facts, it is made from this and from nothing newer.
create table document_print (
  isp_id uuid not null references isp (id),
  kind text not null check (kind in ('invoice', 'receipt', 'credit_note')),
  document_id uuid not null,
  paper text not null check (paper in ('a4', '80mm')),
  language text not null check (language in ('en', 'bn')),
  -- digest of the facts it shows: a payment later makes another print
  facts bytea not null,
  branding_version integer not null,
  template_version integer not null,
  sheet jsonb not null,
  -- which press made it and what came out
  press text not null,
  pdf_hash bytea not null,
  printed_at timestamptz not null,
  primary key (isp_id, kind, document_id, paper, language, facts),
  foreign key (isp_id, branding_version) references branding (isp_id, version),
  foreign key (isp_id, kind, paper, template_version) references document_template (isp_id, kind, paper, version)
);
select guard_isp_table('document_print');

-- The secret in the square code: who has the paper may look the document up, nobody else.
create table document_link (
  isp_id uuid not null references isp (id),
  kind text not null check (kind in ('invoice', 'receipt')),
  document_id uuid not null,
  token text not null check (length(token) = 26),
  created_at timestamptz not null,
  primary key (isp_id, kind, document_id)
);
create unique index document_link_token_key on document_link (isp_id, token);
select guard_isp_table('document_link');

-- Many invoices at once: items are done one after the other, so that a killed server's export goes on where it was.
create table document_batch (
  isp_id uuid not null references isp (id),
  id uuid not null,
  format text not null check (format in ('pdf', 'zip')),
  paper text not null check (paper in ('a4', '80mm')),
  language text not null check (language in ('en', 'bn')),
  -- where the codes lead: scheme and host of whoever asked
  base text not null,
  state text not null check (state in ('running', 'done', 'failed')),
  total integer not null,
  -- whose branch of the resellers' tree it was asked for in; null: the whole ISP
  owner_path text,
  created_by uuid,
  by_name text not null,
  created_at timestamptz not null,
  finished_at timestamptz,
  expires_at timestamptz not null,
  result bytea,
  primary key (isp_id, id)
);
create index document_batch_created on document_batch (isp_id, created_at desc);
create index document_batch_expires on document_batch (isp_id, expires_at);
select guard_isp_table('document_batch');
create policy scope on document_batch as restrictive using (
  (select current_customer()) is null
  and ((select current_owner()) is null or owner_path = (select current_owner())));

create table document_batch_item (
  isp_id uuid not null,
  batch_id uuid not null,
  position integer not null,
  invoice_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'failed')),
  pdf bytea,
  problem text,
  primary key (isp_id, batch_id, position),
  foreign key (isp_id, batch_id) references document_batch (isp_id, id) on delete cascade,
  foreign key (isp_id, invoice_id) references invoice (isp_id, id)
);
create index document_batch_item_waiting on document_batch_item (isp_id, batch_id, position) where state = 'waiting';
select guard_isp_table('document_batch_item');
create policy scope on document_batch_item as restrictive using (
  ((select current_owner()) is null and (select current_customer()) is null)
  or exists (select 1 from document_batch b where b.isp_id = document_batch_item.isp_id and b.id = document_batch_item.batch_id));
