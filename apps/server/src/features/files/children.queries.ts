/**
 * What is live in the folders of `tree`, for a recursive query over it, as `c`. Each folder is looked up by the index: joined plainly, PostgreSQL
 * without statistics of a new tree reads the whole table once for each level (`offset 0` keeps it from joining).
 */
export const liveChildren = `cross join lateral (
       select * from holdfast.files c where c.parent_id = tree.id and c.trashed_at is null and c.purged_at is null offset 0
     ) c`;
