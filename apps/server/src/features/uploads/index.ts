export { createInsertFile } from "./commit/insert-files.ts";
export { putContent } from "./put-content.ts";
export { bodyOf } from "./receive-body.ts";
export { receiveFile } from "./receive-file.ts";
export { createUploadMemory } from "./upload-memory.ts";
export type { UploadsDeps } from "./uploads.deps.ts";
export { uploadsJobs } from "./uploads.jobs.ts";
export { uploadsRoutes } from "./uploads.routes.ts";
