import { createRequire } from 'node:module';

/** The version of this package. It finds itself by name, in the sources, compiled and installed. */
export const { version }: { version: string } = createRequire(import.meta.url)(
  'plans-gateway/package.json',
);
