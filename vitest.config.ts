import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const { resolve } = createRequire(import.meta.url);

export default defineConfig({
  resolve: {
    // One copy of graphql for our code and for the libraries', which reach it by another entry.
    alias: [{ find: /^graphql$/, replacement: resolve('graphql') }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // With packages of their own: npm run test:clients, npm run test:examples.
    exclude: ['**/node_modules/**', 'test/clients/**', 'test/examples/react.test.ts'],
    globalSetup: ['test/postgres-setup.ts'],
    // By default one core stays free: but half of the time, tests wait for a database.
    maxWorkers: Math.max(availableParallelism(), 2),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes late on a busy machine; a second, the default, is short.
    expect: { poll: { timeout: 20_000 } },
  },
});
