import { defineConfig, mergeConfig } from 'vitest/config';
import whole from '../../vitest.config.ts';

/** What runs after `npm run test:examples` has built the example. */
export default mergeConfig(
  { ...whole, test: { ...whole.test, globalSetup: [], include: [], exclude: [] } },
  defineConfig({ test: { include: ['test/examples/react.test.ts'] } }),
);
