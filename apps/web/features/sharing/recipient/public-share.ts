import type { getPublicShare, ResultOf } from "@holdfast/contract";

export type PublicShareInfo = ResultOf<typeof getPublicShare>;

export const publicShareKey = (token: string) => ["public-share", token] as const;
