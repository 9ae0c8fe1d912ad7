-- An attempt takes its place in every count that it is part of before its secret is looked at, and gives it back when it was none: so any
-- number at once, on any number of nodes, get exactly as far as one after the other. Returns the seconds to wait, 0 where the place was
-- taken; a refusal writes nothing. Counts need not outlive a crash of the database, so that nobody waits for its disk.
create function holdfast.reserve_attempt(
  of_keys bytea[], free int[], base_seconds float8[], max_seconds float8[], reset_seconds float8[], at timestamptz
) returns float8 language plpgsql as $$
declare
  wait float8;
begin
  select max(extract(epoch from t.window_ends_at - at) - b.reset) into wait
  from unnest(of_keys, reset_seconds) as b (key, reset) join holdfast.throttle t on t.key = b.key;
  if wait > 0 then return wait; end if;

  perform set_config('synchronous_commit', 'off', true);
  -- Locks the rows, in the order of their keys.
  insert into holdfast.throttle as t (key, failures, window_ends_at) select k, 0, at from unnest(of_keys) k order by k
  on conflict (key) do update set failures = t.failures;
  select max(extract(epoch from t.window_ends_at - at) - b.reset) into wait
  from unnest(of_keys, reset_seconds) as b (key, reset) join holdfast.throttle t on t.key = b.key;
  if wait > 0 then return wait; end if;

  update holdfast.throttle t set
    failures = f.n,
    window_ends_at = at + make_interval(secs => b.reset + case
      when f.n >= b.free then least(b.max, b.base * power(2, least(f.n - b.free, 30))) else 0 end)
  from unnest(of_keys, free, base_seconds, max_seconds, reset_seconds) as b (key, free, base, max, reset),
    lateral (select case when c.window_ends_at <= at then 1 else c.failures + 1 end as n
      from holdfast.throttle c where c.key = b.key) f
  where t.key = b.key;
  return 0;
end
$$;

-- Gives places back. What was counted under `ended` ends altogether.
create function holdfast.return_attempt(of_keys bytea[], reset_seconds float8[], ended bytea, at timestamptz) returns void
language plpgsql as $$
declare
  -- No row that was made since: those are locked by who made them, in their own order.
  locked bytea[];
begin
  perform set_config('synchronous_commit', 'off', true);
  select array_agg(l.key) into locked
  from (select key from holdfast.throttle where key = any(of_keys) order by key for update) l;
  delete from holdfast.throttle where key = any(locked) and (failures <= 1 or key = ended);
  -- It was let in, so no wait was left, but for the one that its own place began.
  update holdfast.throttle t set
    failures = t.failures - 1,
    window_ends_at = least(t.window_ends_at, at + make_interval(secs => b.reset))
  from unnest(of_keys, reset_seconds) as b (key, reset) where t.key = b.key and t.key = any(locked);
end
$$;
