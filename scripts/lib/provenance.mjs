import { execFileSync } from "node:child_process";
import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const PAYLOAD_TYPE = "application/vnd.in-toto+json";

/** An Ed25519 private key in PEM, as `openssl genpkey -algorithm ed25519` makes it; throws an Error that says what it is instead. */
export function readReleaseKey(path) {
  const key = createPrivateKey(readFileSync(path));
  if (key.asymmetricKeyType !== "ed25519") throw new Error(`is a key for ${key.asymmetricKeyType}, not for ed25519`);
  return key;
}

/**
 * Writes what a release consists of into a folder: the source of a tag, its bill of materials (CycloneDX, from package-lock.json) and a
 * statement of where both come from (in-toto Statement v1 with SLSA provenance v1, in a DSSE envelope), signed. Returns the paths.
 */
export function writeReleaseFiles({ root, folder, version, npm, key }) {
  mkdirSync(folder, { recursive: true });
  const source = join(folder, `holdfast-${version}.tar.gz`);
  const run = (program, args) => execFileSync(program, args, { cwd: root, maxBuffer: 2 ** 28 });
  run("git", ["archive", "--format=tar.gz", `--prefix=holdfast-${version}/`, `--output=${source}`, `v${version}`]);
  const bill = join(folder, `holdfast-${version}.cdx.json`);
  const sbom = JSON.parse(run(npm[0], [...npm.slice(1), "sbom", "--package-lock-only", "--sbom-format=cyclonedx"]));
  // npm takes the folder's name, which says nothing.
  sbom.metadata.component.name = "holdfast";
  writeFileSync(bill, `${JSON.stringify(sbom, null, 1)}\n`);
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [source, bill].map((path) => ({ name: basename(path), digest: { sha256: digest("sha256", path) } })),
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "urn:holdfast:release:1",
        externalParameters: { version },
        resolvedDependencies: [
          {
            name: "commit",
            digest: {
              gitCommit: run("git", ["rev-parse", `v${version}^{commit}`])
                .toString()
                .trim(),
            },
          },
          { name: "package-lock.json", digest: { sha512: digest("sha512", join(root, "package-lock.json")) } },
        ],
      },
      runDetails: {
        builder: { id: "urn:holdfast:release-script" },
        metadata: { finishedOn: new Date().toISOString() },
      },
    },
  };
  const provenance = join(folder, `holdfast-${version}.intoto.json`);
  writeFileSync(provenance, `${JSON.stringify(sealed(statement, key))}\n`);
  return [source, bill, provenance];
}

/** What a folder with the files of a release says of itself; throws an Error where a file or the signature is not what it should be. */
export function verifyRelease(provenance, publicKeyFile, folder) {
  const { payload, payloadType, signatures } = JSON.parse(readFileSync(provenance, "utf8"));
  const bytes = Buffer.from(payload, "base64");
  const key = createPublicKey(readFileSync(publicKeyFile));
  const isSigned = signatures.some(({ sig }) =>
    verify(null, encoded(payloadType, bytes), key, Buffer.from(sig, "base64")),
  );
  if (!isSigned) throw new Error("The signature is not by this key.");
  const statement = JSON.parse(bytes.toString());
  for (const { name, digest: wanted } of statement.subject) {
    if (digest("sha256", join(folder, basename(name))) !== wanted.sha256)
      throw new Error(`${name} is not the file that was released.`);
  }
  return statement;
}

/** A DSSE envelope (secure-systems-lab/dsse, protocol 1.0.2). */
function sealed(statement, key) {
  const payload = Buffer.from(JSON.stringify(statement));
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" });
  const keyid = createHash("sha256").update(publicKey).digest("hex");
  const sig = sign(null, encoded(PAYLOAD_TYPE, payload), key).toString("base64");
  return { payloadType: PAYLOAD_TYPE, payload: payload.toString("base64"), signatures: [{ keyid, sig }] };
}

/** DSSE's pre-authentication encoding: what is signed is the type as well as the bytes. */
function encoded(type, payload) {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);
}

function digest(algorithm, path) {
  return createHash(algorithm).update(readFileSync(path)).digest("hex");
}
