/** What the settings say of links that take files, where their owner says nothing. */
export interface UploadDefaults {
  readonly maxFiles: number;
  readonly maxBytes: number;
  readonly maxFileSize: number;
}

/** As they stand in a link's row. */
export interface UploadLimitColumns {
  max_files: number | null;
  max_bytes: number | null;
  max_file_bytes: number | null;
  received_files: number;
  received_bytes: number;
}

/** What holds for a link. */
export function uploadLimits(row: UploadLimitColumns, defaults: UploadDefaults): UploadDefaults {
  const maxBytes = row.max_bytes ?? defaults.maxBytes;
  return {
    maxFiles: row.max_files ?? defaults.maxFiles,
    maxBytes,
    maxFileSize: Math.min(maxBytes, row.max_file_bytes ?? defaults.maxFileSize),
  };
}

/** What may still be sent. */
export function uploadsLeft(row: UploadLimitColumns, defaults: UploadDefaults) {
  const { maxFiles, maxBytes, maxFileSize } = uploadLimits(row, defaults);
  const bytesLeft = Math.max(0, maxBytes - row.received_bytes);
  return {
    filesLeft: Math.max(0, maxFiles - row.received_files),
    bytesLeft,
    maxFileSize: Math.min(maxFileSize, bytesLeft),
  };
}
