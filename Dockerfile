# Tasker without an embedded Postgres: give it DATABASE_URL, and REDIS_URL for fleets. A user's own image begins with
# `FROM tasker-es` and copies handlers, templates and tasker.yaml into /work.

FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npx tsc -p tsconfig.json && npm pack --ignore-scripts --pack-destination /tmp
# What runs, and nothing to build or test it with; the embedded Postgres is an optional dependency of a dependency.
RUN npm prune --omit=dev --omit=optional --ignore-scripts
RUN mkdir /app && tar -xzf /tmp/tasker-es-*.tgz --strip-components=1 -C /app && mv node_modules /app/

FROM node:22-bookworm-slim
ENV NODE_ENV=production \
    TASKER_HOST=0.0.0.0
COPY --from=build /app /app
RUN ln -s /app/dist/src/bin.js /usr/local/bin/tasker && chmod +x /app/dist/src/bin.js && mkdir /work && chown node:node /work
# Handlers in /work import `tasker-es` as they would at home.
RUN mkdir /node_modules && ln -s /app /node_modules/tasker-es
USER node
WORKDIR /work
EXPOSE 7300
# A worker has no HTTP side: it is asked on its page of metrics, where TASKER_METRICS_PORT names one.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.TASKER_METRICS_PORT || process.env.TASKER_PORT || 7300}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tasker"]
CMD ["serve"]
