/** What a user is called where their email address is not for everybody. `u`: a `holdfast.users`. */
export function nameOf(u: string): string {
  return `coalesce(nullif(${u}.display_name, ''), split_part(${u}.email, '@', 1))`;
}

/** Whether a user can sign in now. `u`: a `holdfast.users`. */
export function canSignIn(u: string): string {
  return `(${u}.deleted_at is null and not ${u}.awaiting_approval and (${u}.disabled_until is null or ${u}.disabled_until <= now()))`;
}
