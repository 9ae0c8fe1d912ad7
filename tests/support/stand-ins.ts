/** Services of others that an installation speaks to, run by their packages' tests. */
export { type Mailbox, startMailbox } from "../../packages/identity/src/testing/mailbox.ts";
export { runS3rver } from "../../packages/storage/src/testing/run-s3rver.ts";
