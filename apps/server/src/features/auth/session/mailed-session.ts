import { byMail } from "@holdfast/identity";
import { decodeJwt } from "jose";
import { z } from "zod";

const claimsSchema = z.object({ amr: z.array(z.object({ method: z.string(), timestamp: z.number() })) });

/**
 * Of the session of an access token that was verified before: the seconds since 1970 of its oldest proof, where a mail opened it and no
 * password or factor has been shown in it since; else null.
 */
export function mailedSince(accessToken: string): number | null {
  const { data } = claimsSchema.safeParse(decodeJwt(accessToken));
  if (!data || data.amr.length === 0 || !data.amr.every(({ method }) => byMail.has(method))) return null;
  return Math.min(...data.amr.map(({ timestamp }) => timestamp));
}
