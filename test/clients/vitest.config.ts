import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const root = createRequire(new URL('../../package.json', import.meta.url));

export default defineConfig({
  // The server's own code takes the root's copy; that of the clients is theirs.
  plugins: [
    {
      name: 'one-graphql-for-the-server',
      enforce: 'pre',
      resolveId: (id, importer) =>
        id === 'graphql' && importer && !importer.includes('/test/clients/')
          ? root.resolve('graphql')
          : null,
    },
  ],
  test: {
    include: ['test/clients/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
