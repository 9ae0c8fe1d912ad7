import { join } from "node:path";
import type { Config } from "../config.ts";
import { createServiceKeys, loadIdentityKeys, type ServiceKeys } from "../features/auth/index.ts";
import { replaceFile } from "../platform/secret-files.ts";
import { StartError } from "../process/failure.ts";
import { withInstallation } from "./installation.ts";

type Print = (line: string) => void;

function withServiceKeys(config: Config, work: (keys: ServiceKeys) => Promise<void>): Promise<void> {
  if (config.supabase) throw new StartError("A Supabase signs people in: its keys are made and revoked there.");
  return withInstallation(config, async ({ services: { db, clock } }) => {
    const { signing } = await loadIdentityKeys(config.dataDir, config.auth);
    await work(createServiceKeys(db, signing, () => clock.now()));
  });
}

/** `holdfast service-key list`. */
export function listServiceKeysCommand(config: Config, print: Print): Promise<void> {
  return withServiceKeys(config, async (keys) => {
    for (const { id, name, created_at, revoked_at } of await keys.list()) {
      const state = revoked_at ? `revoked ${revoked_at.toISOString()}` : "valid";
      print(`${id}  ${created_at.toISOString()}  ${state}  ${name}`);
    }
  });
}

/** `holdfast service-key create`: prints the key, once. */
export function createServiceKeyCommand(config: Config, name: string, print: Print): Promise<void> {
  return withServiceKeys(config, async (keys) => print(await keys.create(name)));
}

/** `holdfast service-key revoke`. */
export function revokeServiceKeyCommand(config: Config, id: string, print: Print): Promise<void> {
  return withServiceKeys(config, async (keys) => print(`The service key "${await keys.revoke(id)}" is refused now.`));
}

/** `holdfast service-key rotate`: the installation's own key. */
export function rotateServiceKeyCommand(config: Config, print: Print): Promise<void> {
  return withServiceKeys(config, async (keys) => {
    const path = join(config.dataDir, "keys", "service-role-key");
    await replaceFile(path, await keys.rotate());
    print(`A new service key is in ${path}. The one before is refused now, and so are keys that were made by hand.`);
  });
}
