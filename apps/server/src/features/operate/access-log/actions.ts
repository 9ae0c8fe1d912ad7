/** Every action that is in the log, so that words can be looked for among them. What is not here is found by its exact name. */
const actions = [
  ...["file.upload", "file.replace", "file.download", "file.preview", "file.archive", "file.rename", "file.move"],
  ...["file.copy", "file.trash", "file.restore", "file.delete", "file.restore-version", "file.delete-version"],
  ...["file.delete-versions", "folder.create", "folder.inheritance", "trash.empty"],
  ...["share.create", "share.update", "share.revoke", "link.view", "link.unlock", "link.download", "link.preview"],
  ...["link.archive", "link.refused", "access.refused", "grant.create", "grant.update", "grant.delete"],
  ...["comment.add", "comment.update", "comment.delete"],
  ...["session.sign-in", "session.logout", "session.revoke", "session.prove", "session.new_device"],
  ...["user.create", "user.update", "user.delete", "user.invite", "user.register", "user.export", "user.password"],
  ...["user.email", "user.confirm", "user.recovered", "user.reset_factors", "invitation.revoke", "setup.complete"],
  ...["factor.add", "factor.remove", "factor.recovery_codes", "factor.recovery_code_used", "passkey.add"],
  ...["passkey.remove", "token.create", "token.revoke", "service_key.create", "service_key.revoke"],
  ...["service_key.rotate", "backup.create", "backup.cancel", "backup.delete", "backup.verify", "backup.restore"],
  ...["backup.download", "backup.archive", "backup.rehearse", "backup.recovery-kit", "schedule.create"],
  ...["schedule.update", "schedule.delete", "target.create", "target.update", "target.delete", "target.start-over"],
  ...["segment.heal", "segment.bad", "job.retry", "settings.update", "access_log.export"],
];

/** Those that have every word in their name. */
export function actionsLike(text: string): string[] {
  const words = text
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== "");
  if (words.length === 0) return [];
  return actions.filter((action) => words.every((word) => action.includes(word)));
}
