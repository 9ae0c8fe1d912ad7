-- What its owner calls a link, and what recipients read beside it.
alter table holdfast.sharing_links add column label text, add column message text;
-- What somebody who sent a file by a link said of themselves.
alter table holdfast.share_accesses add column sender_name text, add column sender_message text;
