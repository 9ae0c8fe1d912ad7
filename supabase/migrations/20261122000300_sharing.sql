create table holdfast.sharing_links (
  id uuid primary key,
  file_id uuid not null references holdfast.files (id) on delete cascade,
  user_id uuid not null references holdfast.users (id) on delete cascade,
  link_type text not null check (link_type in ('temporary', 'permanent')),
  expires_at timestamptz,
  password_hash text,
  password_version int not null default 0, -- goes up with each change: unlock cookies of the old password die
  max_downloads int check (max_downloads >= 1),
  download_count int not null default 0, -- downloads granted; exact where max_downloads is set
  access_count bigint not null default 0,
  allow_upload boolean not null default false,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  last_access_at timestamptz,
  check ((link_type = 'temporary') = (expires_at is not null)),
  check (max_downloads is null or download_count <= max_downloads)
);
create index sharing_links_file on holdfast.sharing_links (file_id) where revoked_at is null;
create index sharing_links_user on holdfast.sharing_links (user_id, id desc);

-- A grant: one charged download. It covers its own retries and ranges until it expires. subject says what may be fetched with it
-- (a file's id, or `archive:<folder id>`), holder is a keyed hash of the recipient's cookie or address and agent.
create table holdfast.share_grants (
  id uuid primary key,
  link_id uuid not null references holdfast.sharing_links (id) on delete cascade,
  subject text not null,
  holder bytea not null,
  expires_at timestamptz not null,
  completed_at timestamptz,
  created_at timestamptz not null default now(),
  unique (link_id, subject, holder)
);
create index share_grants_expiry on holdfast.share_grants (expires_at);

create table holdfast.share_accesses (
  id uuid primary key,
  link_id uuid not null references holdfast.sharing_links (id) on delete cascade,
  occurred_at timestamptz not null default now(),
  address text, -- coarse: /24 or /48
  user_agent text,
  action text not null check (action in ('view', 'unlock', 'download', 'archive', 'upload')),
  outcome text not null,
  file_id uuid,
  file_name text
);
create index share_accesses_link on holdfast.share_accesses (link_id, id desc);
create index share_accesses_time on holdfast.share_accesses using brin (occurred_at);
