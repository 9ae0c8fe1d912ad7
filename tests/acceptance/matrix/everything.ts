import type pg from "pg";

/** All that a person could have changed, without what the server is alerted of in passing, and without what jobs are removing: what was deleted for good, and deleted users. */
export async function everything(pool: pg.Pool): Promise<unknown> {
  const { rows } = await pool.query(`with here as (
      select id from holdfast.users where deleted_at is null union all select id from holdfast.spaces where kind = 'team'
    ) select
    (select md5(string_agg(f::text, '' order by f.id)) from holdfast.files f join here h on h.id = f.space_id where purged_at is null) as files,
    (select md5(string_agg(f::text, '' order by id)) from holdfast.file_versions f where holdfast.standing(file_id) <> 'gone') as versions,
    (select md5(string_agg(id::text || upload_offset || coalesce(size, -1) || coalesce(file_id::text, ''), '' order by id)) from holdfast.uploads) as uploads,
    (select md5(string_agg(id::text || coalesce(revoked_at::text, '') || coalesce(expires_at::text, '') || coalesce(password_hash, ''), '' order by id)) from holdfast.sharing_links) as links,
    (select md5(string_agg(id::text || email || role || coalesce(disabled_until::text, '') || coalesce(display_name, ''), '' order by id)) from holdfast.users join here using (id)) as users,
    (select md5(string_agg(id::text || coalesce(quota_bytes, -1) || coalesce(name, '') || coalesce(archived_at::text, '') || coalesce(deleted_at::text, ''), '' order by id)) from holdfast.spaces join here using (id)) as spaces,
    (select md5(string_agg(g::text, '' order by id)) from holdfast.groups g) as groups,
    (select md5(string_agg(m::text, '' order by group_id, user_id)) from holdfast.group_members m) as members,
    (select md5(string_agg(g::text, '' order by id)) from holdfast.grants g) as grants,
    (select md5(string_agg(h::text, '' order by user_id, file_id)) from holdfast.shared_hidden h) as hidden,
    (select md5(string_agg(id::text || scope || coalesce(deleted_at::text, '') || with_versions, '' order by id)) from holdfast.backups) as backups,
    (select md5(string_agg(id::text || cancel_requested, '' order by id)) from holdfast.restores) as restores,
    (select md5(string_agg(s::text, '' order by id)) from holdfast.backup_schedules s) as schedules,
    (select md5(string_agg(id::text || name || is_default, '' order by id)) from holdfast.backup_targets) as targets,
    (select md5(string_agg(id::text || coalesce(acknowledged_at::text, ''), '' order by id)) from holdfast.alerts
      where kind not like 'suspicious.%' or acknowledged_at is not null) as alerts,
    (select md5(string_agg(s::text, '' order by kind, subject)) from holdfast.alert_silences s) as silences,
    (select md5(string_agg(kind || enabled || coalesce(threshold::text, ''), '' order by kind)) from holdfast.alert_rules) as rules,
    (select md5(string_agg(c::text, '' order by id)) from holdfast.alert_channels c) as channels,
    (select md5(string_agg(id::text || name, '' order by id)) from holdfast.access_tokens) as tokens,
    (select md5(string_agg(c::text, '' order by id)) from holdfast.comments c) as comments,
    (select md5(string_agg(n::text, '' order by id)) from holdfast.notifications n) as notifications,
    (select md5(string_agg(s::text, '' order by user_id)) from holdfast.notification_settings s) as notification_settings,
    (select md5(string_agg(id::text || status, '' order by id)) from auth.mfa_factors) as factors,
    (select md5(string_agg(id::text || friendly_name, '' order by id)) from auth.webauthn_credentials) as passkeys,
    (select md5(string_agg(user_id::text || sent_at, '' order by user_id)) from holdfast.invitations i join here h on h.id = i.user_id) as invitations,
    (select md5(string_agg(id::text, '' order by id)) from auth.sessions) as sessions`);
  return rows[0];
}
