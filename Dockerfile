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
# `docker compose exec holdfast holdfast snapshots`
RUN mkdir /data && chown node:node /data && ln -s /app/ops/container/holdfast /usr/local/bin/holdfast
USER node
VOLUME /data
EXPOSE 3000
# By role, and by https where TLS_CERT_FILE is set.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["node", "apps/server/src/healthcheck.ts"]
CMD ["node", "apps/server/src/main.ts"]
