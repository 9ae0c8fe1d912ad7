import { resolve } from "node:path";
import type { NextConfig } from "next";

const config: NextConfig = {
  output: "standalone",
  // The workspace hoists packages, so the traced files lie beneath the repository's root.
  outputFileTracingRoot: resolve(import.meta.dirname, "../.."),
  turbopack: { root: resolve(import.meta.dirname, "../..") },
  transpilePackages: ["@holdfast/contract"],
  assetPrefix: process.env.CDN_URL || undefined,
  reactStrictMode: true,
  poweredByHeader: false,
  // Pages are compressed here, and passed on by the API as they are. Static files were compressed when they were built.
  compress: true,
  images: { unoptimized: true },
  // A page that cannot be fetched is waited for. Without this the router would hand its address to the browser, whose error page ends uploads.
  experimental: { useOffline: true },
};

export default config;
