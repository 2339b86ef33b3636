# The full image brings a compiler, for platforms that better-sqlite3 has no prebuilt binary for.
# With headers of 24.19 and later, what that compiler makes of better-sqlite3 12 aborts on any 24
# (github.com/nodejs/node/issues/65446).
FROM node:24.18-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY migrations migrations
COPY schema schema
COPY src src
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY examples/catalogue/catalogue.yaml examples/catalogue/catalogue.yaml
COPY examples/pricing-page examples/pricing-page
# Where the preset DATABASE_URL is, so that DATABASE_URL_FILE finds the variable unset.
RUN install -d -o node -g node -m 700 /data && ln -s /data data
USER node
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "const { HOST = '', PORT } = process.env; const place = HOST.startsWith('unix:') ? { socketPath: HOST.slice(5) } : { host: '127.0.0.1', port: PORT || 4000 }; http.get({ ...place, path: '/ready' }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=32", "dist/src/main.js"]
CMD ["serve"]
