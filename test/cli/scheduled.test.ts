import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createChangeSet, scheduleChangeSet } from '../../src/domain/change-set.ts';
import { anyone, newSqliteFile, World } from '../engines.ts';
import { command } from './command.ts';

it('a command applies the scheduled changes that are due, and says so', async () => {
  const database = await newSqliteFile();
  const world = await World.open(database.url);
  try {
    const tenant = await world.tenantOf('Example', 'live');
    const document = 'catalogue: 1\nsections: { main: { name: Main } }\n';
    const soon = new Date(Date.now() + 500).toISOString();
    const { store } = world;
    const set = await store.write(tenant, anyone, (w) => createChangeSet(w, { document }));
    await store.write(tenant, anyone, (w) => scheduleChangeSet(w, set.id, set.hash, soon, 'admin'));
    const pull = () =>
      command(['catalogue', 'pull', '--organization', 'Example'], { DATABASE_URL: database.url });
    await sleep(Math.max(0, Date.parse(soon) + 10 - Date.now()));
    const { stdout, stderr } = await pull();
    expect(stdout).toContain('name: Main');
    expect(stderr).toContain(`${set.id} was scheduled: applied`);
    expect((await pull()).stderr).not.toContain(set.id);
  } finally {
    await world.close();
    await database.remove();
  }
});
