import * as client from "tus-js-client";
import { adminUpdateUser } from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import type { Random } from "./random.ts";

/** How an upload is sent, and what meets it on the way. */
export interface Plan {
  name: string;
  bytes: Buffer;
  options: Partial<client.UploadOptions>;
  how: string;
  /** What refuses the finished upload: somebody else takes the name while the bytes are on their way, or the quota is lowered. */
  meets: "nothing" | "taken name" | "less quota";
}

/** What the stock client said of one upload, and nothing else. */
export interface Told {
  plan: Plan;
  person: Person;
  done: boolean;
  error: string;
  /** Of the upload, where the client has learned it. */
  path: string | null;
}

const shapes: readonly [string, Partial<client.UploadOptions>][] = [
  ["one request", {}],
  ["pieces", { chunkSize: 250_000 }],
  ["with its creation", { uploadDataDuringCreation: true }],
  ["with its creation, in pieces", { uploadDataDuringCreation: true, chunkSize: 250_000 }],
  ["length told last", { uploadLengthDeferred: true, chunkSize: 400_000 }],
];

const sizes = [0, 1, 500, 60_000, 400_000, 1_200_000];

export function planUpload(random: Random, number: number): Plan {
  const [how, options] = random.pick(shapes);
  const size = random.below(100) === 0 ? 17_500_000 : Math.ceil(random.pick(sizes) * (0.5 + random.next()));
  const meets = random.pick([...Array<Plan["meets"]>(12).fill("nothing"), "taken name", "less quota"] as const);
  const bytes = random.bytes(size);
  return { name: `upload ${number}.bin`, bytes, options, how, meets };
}

/** Sends it as a page would: again and again over a restart of the server. Never throws. */
export async function sendUpload(person: Person, admin: Person, url: string, plan: Plan): Promise<Told> {
  const { promise, resolve } = Promise.withResolvers<{ done: boolean; error: string }>();
  const settings: client.UploadOptions = {
    endpoint: `${url}/api/v1/uploads`,
    headers: person.headers,
    metadata: { filename: plan.name },
    retryDelays: [50, 100, 300, 600, 1000, 1500, 2000, 3000, 4000, 5000, 5000, 5000, 5000],
    // The client that browsers have tries a refused name again as well; a few times are enough here.
    onShouldRetry: (error, attempt) => {
      const status = error.originalResponse?.getStatus() ?? 0;
      return status === 0 || status >= 500 || status === 423 || (status === 409 && attempt < 2);
    },
    onUploadUrlAvailable: () => void interfere(person, admin, plan).catch(() => {}),
    onError: (error) => resolve({ done: false, error: error.message }),
    onSuccess: () => resolve({ done: true, error: "" }),
    ...plan.options,
  };
  const upload = new client.Upload(plan.bytes, settings);
  upload.start();
  const { done, error } = await promise;
  const path = upload.url === null ? null : new URL(upload.url).pathname;
  return { plan, person, done, error, path };
}

/** May come too late, or meet a server that is down: then the upload is one like any other. */
async function interfere(person: Person, admin: Person, plan: Plan): Promise<void> {
  if (plan.meets === "taken name") await person.put(plan.name, "somebody else's");
  if (plan.meets === "less quota")
    await admin.call(adminUpdateUser, { params: { id: person.id }, body: { quotaBytes: 0 } });
}
