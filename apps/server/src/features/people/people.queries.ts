/** What a user is called where their email address is not for everybody. `u`: a `holdfast.users`. */
export function nameOf(u: string): string {
  return `coalesce(nullif(${u}.display_name, ''), split_part(${u}.email, '@', 1))`;
}

/** Whether a row `g` of `holdfast.grants` counts: one that has expired does not, until a job removes it. */
export const counts = "(g.expires_at is null or g.expires_at > now())";
