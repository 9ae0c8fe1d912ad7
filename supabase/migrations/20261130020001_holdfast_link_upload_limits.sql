-- What a link that takes files may be sent. Null is what the installation's settings say, so it holds for the links of before as well.
alter table holdfast.sharing_links
  add column max_files int check (max_files >= 1),
  add column max_bytes bigint check (max_bytes >= 1),
  add column max_file_bytes bigint check (max_file_bytes >= 1),
  -- What came, and what is on its way.
  add column received_files int not null default 0,
  add column received_bytes bigint not null default 0;
