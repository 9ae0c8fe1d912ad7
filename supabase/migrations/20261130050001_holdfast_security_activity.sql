-- What changed how somebody signs in, for the account page: a handful of rows among all that they did.
create index audit_log_security on holdfast.audit_log (actor_id, id desc) where action in (
  'user.password', 'user.email', 'user.confirm', 'user.recovered', 'user.update', 'user.reset_factors',
  'factor.add', 'factor.remove', 'factor.recovery_codes', 'factor.recovery_code_used', 'passkey.add', 'passkey.remove', 'token.create', 'token.revoke', 'session.new_device');
