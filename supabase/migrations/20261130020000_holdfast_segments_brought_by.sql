-- The upload that made the row, until another announces the same bytes: while it is alone, what it brought can go at once when it is given up.
alter table holdfast.segments add column brought_by uuid;
