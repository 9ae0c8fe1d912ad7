import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../../platform/clock.ts";
import { ProblemError } from "../../../platform/http/problem.ts";

/** What the first step of a sign-in hands to the second: a session that opens nothing yet. */
export interface HalfSession {
  accessToken: string;
  refreshToken: string;
  expiresAt: Date;
  userId: string;
  email: string;
}

export interface SignInChallenges {
  seal(half: HalfSession): string;
  /** @throws ProblemError mfa_challenge_expired */
  open(challenge: string): HalfSession;
}

const LIFETIME_MS = 5 * 60_000;
const NONCE = 12;
const TAG = 16;

const payloadSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAt: z.coerce.date(),
  userId: z.uuid(),
  email: z.string(),
  until: z.number(),
});

/**
 * Challenges are sealed with AES-256-GCM under a key of all nodes, so that any of them can finish what another began, and nothing is kept.
 *
 * @param secret the same on all nodes
 */
export function createSignInChallenges(secret: string, clock: Clock): SignInChallenges {
  const key = createHmac("sha256", secret).update("holdfast sign-in challenge").digest();
  return {
    seal(half) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const text = JSON.stringify({ ...half, until: clock.now().getTime() + LIFETIME_MS });
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
    },
    open(challenge) {
      const { until, ...half } = read(key, challenge) ?? { until: 0 };
      if (until <= clock.now().getTime()) {
        throw new ProblemError("mfa_challenge_expired", "The sign-in took too long. Start again with your password.");
      }
      return half as HalfSession;
    },
  };
}

function read(key: Buffer, challenge: string): z.infer<typeof payloadSchema> | null {
  const bytes = Buffer.from(challenge, "base64url");
  if (bytes.length <= NONCE + TAG) return null;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE));
    decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString("utf8");
    return payloadSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
