-- By which address administrators reach the server counts for the mails of every node.
drop trigger sign_in_policy on holdfast.settings;
create trigger sign_in_policy after insert or update on holdfast.settings
  for each row when (new.key in ('signup', 'second-factor', 'site-url')) execute function holdfast.announce_policy();
