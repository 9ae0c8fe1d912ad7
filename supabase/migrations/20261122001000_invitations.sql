-- Who invited whom. That an invitation is still open follows from the account: invited, and its address never confirmed.
create table holdfast.invitations (
  user_id uuid primary key references holdfast.users (id) on delete cascade,
  sent_by uuid references holdfast.users (id) on delete set null,
  by_mail boolean not null,
  sent_at timestamptz not null,
  expires_at timestamptz -- null: a Supabase decides, and does not say
);

alter table holdfast.invitations enable row level security;
do $$
declare
  found text;
begin
  for found in select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on holdfast.invitations from %I', found);
  end loop;
end
$$;
