-- Whether a content's first bytes look like noise: evenly spread, and of no known format. Encrypted files do.
alter table holdfast.contents add column noise boolean; -- null: too short to say, or from before this was noted
create index contents_noise on holdfast.contents (created_at) where noise;
