import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));

it('no package of ours reports that it was installed', async () => {
  const report = createRequire(import.meta.url).resolve('@scarf/scarf/report.js');
  const env = { ...process.env, INIT_CWD: root, SCARF_VERBOSE: 'true', SCARF_LOCAL_PORT: '9' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [report], {
    cwd: root,
    env,
  });
  expect(stdout + stderr).toContain('Scarf has been disabled via a package.json');
}, 60_000);
