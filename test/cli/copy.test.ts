import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContentHash } from '../../src/db/content.ts';
import { newCatalogue } from '../catalogue.ts';
import { emptyDatabases, newSqliteFile, onEveryEngine, World } from '../engines.ts';
import { command } from './command.ts';

onEveryEngine('copy', (world) => {
  beforeAll(async () => {
    const catalogue = await newCatalogue(world());
    await catalogue.price(await catalogue.plan());
  });

  describe.each(emptyDatabases)('to %s', (_engine, create) => {
    let target: Awaited<ReturnType<typeof create>>;
    beforeAll(async () => {
      target = await create();
    });
    afterAll(() => target.remove());
    const copy = (...more: string[]) =>
      command(['copy', '--to', target.url, ...more], { DATABASE_URL: world().url });

    it('makes the tables, moves everything and proves it', async () => {
      const { code, stdout, stderr } = await copy('--json');
      expect(code).toBe(0);
      expect(stderr).toMatch(/^(\d+) of \1 rows$/m);
      const contentHash = await ContentHash.of(world().store.engine.reading);
      expect(JSON.parse(stdout)).toEqual({ rows: expect.any(Number), contentHash });
      const moved = await World.open(target.url);
      expect(await ContentHash.of(moved.store.engine.reading)).toBe(contentHash);
      await moved.close();
    });

    it('touches nothing that holds a catalogue', async () => {
      const { code, stdout, stderr } = await copy();
      expect({ code, stdout, stderr }).toEqual({
        code: 2,
        stdout: '',
        stderr: 'error: the target is not empty\n',
      });
    });
  });

  it(
    'takes the address from the environment, where no other user of the machine reads a ' +
      'password',
    async () => {
      const file = await newSqliteFile();
      const { code } = await command(['copy'], { DATABASE_URL: world().url, COPY_TO: file.url });
      expect(code).toBe(0);
      const copied = await World.open(file.url);
      expect(await ContentHash.of(copied.store.engine.reading)).toBe(
        await ContentHash.of(world().store.engine.reading),
      );
      await copied.close();
      await file.remove();
      expect((await command(['copy'], { DATABASE_URL: world().url })).code).toBe(2);
    },
  );

  it('refuses an address that it does not know', async () => {
    const { code, stderr } = await command(['copy', '--to', 'mysql://secret'], {
      DATABASE_URL: world().url,
    });
    expect(code).toBe(2);
    expect(stderr).toBe(
      "error: --to: a database's address starts with file: or postgres:// (got mysql:)\n",
    );
  });
});
