import type { S3Client } from "@aws-sdk/client-s3";
import { ObjectNotFound, StorageError } from "../errors.ts";
import { checkKey, checkPrefix } from "../object-key.ts";
import type {
  ByteRange,
  Leftovers,
  ObjectInfo,
  ObjectStore,
  OnOpen,
  ProbeResult,
  Sink,
  Spool,
} from "../object-store.ts";
import { tryOut } from "../probe.ts";
import { checkRangeShape } from "../range.ts";
import { MemorySpool } from "./memory-spool.ts";
import { isMissing, isUnsatisfiable, type S3Place, s3Error } from "./s3-errors.ts";

export interface S3StoreOptions {
  bucket: string;
  /** Put before every key, with a `/` at its end, or empty. */
  prefix?: string;
  region: string;
  /** For services other than AWS: `https://host[:port]`. */
  endpoint?: string;
  /** `https://host/bucket/key` instead of `https://bucket.host/key`; most services other than AWS need it. */
  pathStyle?: boolean;
  /** Without them, the SDK's own chain (environment, profile, instance role). */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

const PARALLEL_DELETES = 16;

type Sdk = typeof import("@aws-sdk/client-s3");

/** Any S3 service. The bucket must exist. A spool is kept in memory (at most 64 MiB) and becomes one PutObject. */
export async function createS3Store(options: S3StoreOptions): Promise<ObjectStore> {
  // Loaded here, so that an installation without S3 does not pay for the SDK's memory.
  const sdk = await import("@aws-sdk/client-s3");
  const client = new sdk.S3Client({
    region: options.region,
    endpoint: options.endpoint,
    forcePathStyle: options.pathStyle ?? false,
    credentials: options.credentials,
    // Services other than AWS refuse the checksums that the SDK adds by default. Our objects are named by their hash anyway.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 3,
  });
  return new S3Store(sdk, client, options);
}

class S3Store implements ObjectStore {
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #place: S3Place;

  constructor(sdk: Sdk, client: S3Client, options: S3StoreOptions) {
    this.#sdk = sdk;
    this.#client = client;
    this.#bucket = options.bucket;
    this.#prefix = options.prefix ?? "";
    const endpoint =
      options.endpoint === undefined ? `Amazon S3 in ${options.region}` : new URL(options.endpoint).origin;
    this.#place = { bucket: options.bucket, endpoint };
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    checkKey(key);
    const { length } = bytes;
    await this.#client
      .send(new this.#sdk.PutObjectCommand({ ...this.#name(key), Body: bytes, ContentLength: length }))
      .catch((error: unknown) => {
        throw this.#error(error, `store "${key}"`);
      });
  }

  async spool(): Promise<Spool> {
    return new MemorySpool((key, bytes) => this.put(key, bytes));
  }

  async get(key: string, sink: Sink, range?: ByteRange, onOpen?: OnOpen): Promise<void> {
    checkKey(key);
    if (range !== undefined) {
      checkRangeShape(range);
      if (range.start === range.end) return this.#checkEmptyRange(key, range, onOpen);
    }
    const { body, size, first, version } = await this.#request(key, range);
    const end = range?.end ?? size;
    try {
      onOpen?.({ size, version });
      if (end > size) throw new RangeError(`The range leaves the object "${key}".`);
    } catch (error) {
      await body.return?.();
      throw error;
    }
    const explain = (error: unknown) => this.#error(error, `read "${key}"`);
    const reached = await push(body, sink, explain, first, range?.start ?? 0, end);
    if (reached < end) {
      throw new StorageError("unavailable", `The connection to the object store broke off in the middle of "${key}".`);
    }
  }

  async #request(key: string, range: ByteRange | undefined) {
    try {
      const answer = await this.#client.send(
        new this.#sdk.GetObjectCommand({
          ...this.#name(key),
          Range: range === undefined ? undefined : `bytes=${range.start}-${range.end - 1}`,
        }),
      );
      const body = (answer.Body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
      const part = /^bytes (\d+)-\d+\/(\d+)$/.exec(answer.ContentRange ?? "");
      const size = part === null ? answer.ContentLength : Number(part[2]);
      if (size === undefined) {
        await body.return?.();
        throw new StorageError("unavailable", `The object store did not say how long "${key}" is.`);
      }
      return { body, size, first: Number(part?.[1] ?? 0), version: versionOf(answer) };
    } catch (error) {
      if (isMissing(error)) throw new ObjectNotFound(key);
      if (isUnsatisfiable(error)) throw new RangeError(`The range leaves the object "${key}".`);
      throw this.#error(error, `read "${key}"`);
    }
  }

  async #checkEmptyRange(key: string, range: ByteRange, onOpen: OnOpen | undefined): Promise<void> {
    const object = await this.#look(key);
    if (object === null) throw new ObjectNotFound(key);
    onOpen?.(object);
    if (range.end > object.size) throw new RangeError(`The range leaves the object "${key}".`);
  }

  async head(key: string): Promise<ObjectInfo | null> {
    const object = await this.#look(key);
    return object === null ? null : { key, size: object.size, modifiedAt: object.modifiedAt };
  }

  async #look(key: string) {
    checkKey(key);
    try {
      const answer = await this.#client.send(new this.#sdk.HeadObjectCommand(this.#name(key)));
      return { size: answer.ContentLength ?? 0, version: versionOf(answer), modifiedAt: answer.LastModified };
    } catch (error) {
      if (isMissing(error)) return null;
      throw this.#error(error, `look at "${key}"`);
    }
  }

  /** A copy, then a deletion, which is left out where somebody has put the object again meanwhile. */
  async move(from: string, to: string): Promise<void> {
    const before = await this.#look(from);
    if (before === null) throw new ObjectNotFound(from);
    const source = encodeURI(`${this.#bucket}/${this.#prefix}${from}`);
    await this.#client
      .send(new this.#sdk.CopyObjectCommand({ ...this.#name(to), CopySource: source }))
      .catch((error: unknown) => {
        // Somebody else has moved it since it was looked at.
        if (isMissing(error)) throw new ObjectNotFound(from);
        throw this.#error(error, `copy "${from}"`);
      });
    const after = await this.#look(from);
    if (after?.version === before.version) await this.delete([from]);
  }

  /** One request a key: the request for many needs a checksum that services disagree about. */
  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) checkKey(key);
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let key = keys[next++]; key !== undefined; key = keys[next++]) {
        const name = key;
        await this.#client.send(new this.#sdk.DeleteObjectCommand(this.#name(name))).catch((error: unknown) => {
          if (!isMissing(error)) throw this.#error(error, `delete "${name}"`);
        });
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL_DELETES, keys.length) }, worker));
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    checkPrefix(prefix);
    let token: string | undefined;
    do {
      const page = await this.#client
        .send(
          new this.#sdk.ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: `${this.#prefix}${prefix}`,
            ContinuationToken: token,
          }),
        )
        .catch((error: unknown) => {
          throw this.#error(error, `list "${prefix}"`);
        });
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        if (Key === undefined || Key.endsWith("/")) continue;
        yield { key: Key.slice(this.#prefix.length), size: Size ?? 0, modifiedAt: LastModified };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  /** An object is put whole by one request: nothing is ever left half done. */
  async leftovers(): Promise<Leftovers> {
    return { count: 0, bytes: 0 };
  }

  async probe(): Promise<ProbeResult> {
    await tryOut(this, `The bucket "${this.#bucket}"`);
    return { freeBytes: null };
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  #error(error: unknown, doing: string): Error {
    return s3Error(error, doing, this.#place);
  }

  #name(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: `${this.#prefix}${key}` };
  }
}

/** Two puts of one key in one second may have one time; of other bytes, they have other tags. */
function versionOf({ ETag, LastModified }: { ETag?: string; LastModified?: Date }): string {
  return `${ETag ?? ""} ${LastModified?.getTime() ?? ""}`;
}

/**
 * Pushes the bytes from `start` to `end` of a body that begins at `first`; some services send more than the range that was asked for.
 * Returns how far it came.
 */
async function push(
  body: AsyncIterator<Uint8Array>,
  sink: Sink,
  explain: (error: unknown) => Error,
  first: number,
  start: number,
  end = Number.POSITIVE_INFINITY,
): Promise<number> {
  for (let position = first; ; ) {
    const next = await body.next().catch((error: unknown) => {
      throw explain(error);
    });
    if (next.done) return position;
    const from = Math.max(0, start - position);
    const to = Math.min(next.value.length, end - position);
    position += next.value.length;
    try {
      if (to > from) await sink(next.value.subarray(from, to));
    } catch (error) {
      await body.return?.();
      throw error;
    }
    if (position >= end) {
      await body.return?.();
      return position;
    }
  }
}
