"use client";

import { signInWithPasskey, startPasskeySignIn } from "@holdfast/contract/client";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, call } from "@/lib/api";
import { canOfferQuietly, getPasskey, obstacle } from "./ceremony";
import { usePasskeyProblem } from "./use-passkey-problem";

/** A challenge is good for five minutes, and people leave pages open. */
const RENEW_AFTER_MS = 4 * 60_000;

interface Waiting {
  readonly controller: AbortController;
  /** Nobody has picked a passkey yet, or pressed the button. */
  quietly: boolean;
  readonly since: number;
}

interface Outcome {
  onSignedIn: () => Promise<void>;
  /** Where a second step is asked for. */
  onChallenge: (challenge: string) => void;
}

/**
 * Signs in with a passkey: by a button, and by what the browser offers where the email is filled in. One waits at a time, as browsers allow.
 * @param enabled the server has passkeys, and nobody is signed in yet
 */
export function usePasskeySignIn(enabled: boolean, { onSignedIn, onChallenge }: Outcome) {
  const [offered, setOffered] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ message: string }>();
  const waiting = useRef<Waiting>(undefined);
  const explain = usePasskeyProblem();
  const outcome = useRef({ onSignedIn, onChallenge, explain });
  useEffect(() => {
    outcome.current = { onSignedIn, onChallenge, explain };
  });

  const run = useCallback(async (quietly: boolean) => {
    waiting.current?.controller.abort();
    const mine: Waiting = { controller: new AbortController(), quietly, since: Date.now() };
    waiting.current = mine;
    const { signal } = mine.controller;
    try {
      const { challengeId, options } = await call(startPasskeySignIn, undefined, { signal });
      const credential = await getPasskey(options, { quietly, signal });
      mine.quietly = false;
      setBusy(true);
      await call(signInWithPasskey, { body: { challengeId, credential } });
      await outcome.current.onSignedIn();
    } catch (error) {
      if (signal.aborted) return;
      const challenge = error instanceof ApiError ? error.problem.challenge : undefined;
      if (challenge) return outcome.current.onChallenge(challenge);
      // What was not asked for is not complained of, unless somebody had picked a passkey.
      if (!quietly || error instanceof ApiError) setProblem(outcome.current.explain(error));
    } finally {
      if (!signal.aborted) setBusy(false);
    }
  }, []);

  const offer = useCallback(async () => {
    if (await canOfferQuietly().catch(() => false)) await run(true);
  }, [run]);

  useEffect(() => {
    if (!enabled || obstacle() !== null) return setOffered(false);
    setOffered(true);
    void offer();
    const renew = () => {
      const { quietly = false, since = 0 } = waiting.current ?? {};
      const old = Date.now() - since > RENEW_AFTER_MS;
      if (quietly && old && document.visibilityState === "visible") void offer();
    };
    const timer = setInterval(renew, 30_000);
    document.addEventListener("visibilitychange", renew);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", renew);
      waiting.current?.controller.abort();
    };
  }, [enabled, offer]);

  const signIn = async () => {
    setProblem(undefined);
    setBusy(true);
    await run(false);
    void offer();
  };
  return { offered, busy, problem, signIn };
}
