import { z } from "zod";

/** `/catalog/manifest.json` of an instance snapshot: what a restore needs to know before it begins, and counts against at its end. */
export const manifestSchema = z.object({
  format: z.literal(1),
  /** Of the Holdfast that wrote it. */
  version: z.string(),
  at: z.string(),
  /** Versions of Holdfast's migrations that the database had: a Holdfast that does not know one of them cannot restore it. */
  migrations: z.array(z.string()),
  /** Who signed people in: `supabase` where schema `auth` was that of a Supabase project. Backups of before do not say it. */
  signIn: z.enum(["embedded", "supabase"]).optional(),
  tables: z.array(z.object({ schema: z.string(), name: z.string(), rows: z.number().int() })),
  /** Files as people see them; backups of before do not say it. */
  files: z.object({ count: z.number().int() }).optional(),
  /** Segments that contents refer to, and their bytes. */
  segments: z.object({ count: z.number().int(), bytes: z.number().int() }),
});
export type Manifest = z.infer<typeof manifestSchema>;
