# Holdfast with everything it needs. Runs as an ordinary user; only /data (and /tmp) must be writable.
# By digest, so that a build is what was reviewed; the tag beside it says which that is.
FROM node:26.10.0-bookworm-slim@sha256:662933cf47f013bc8e4beb31a6116448427a82057ba7c42c97e4c5ba766504c2 AS build
WORKDIR /app
COPY . .
# The platform packages of Node are for machines without a recent one; this image has it.
RUN npm ci --include=dev --include=optional \
  && node scripts/build.mjs \
  && npm prune --omit=dev \
  && rm -rf node_modules/node-linux-* .cache apps/web/.next/cache

FROM node:26.10.0-bookworm-slim@sha256:662933cf47f013bc8e4beb31a6116448427a82057ba7c42c97e4c5ba766504c2
ENV NODE_ENV=production HOLDFAST_DATA=/data UV_THREADPOOL_SIZE=16 MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=build /app .
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/server/src/main.ts"]
