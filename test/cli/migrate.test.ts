import { describe, expect, it } from 'vitest';
import { newSqliteFile } from '../engines.ts';
import { command } from './command.ts';

describe('migrate', () => {
  it('names the steps that it took', async () => {
    const database = await newSqliteFile();
    const migrate = (...args: string[]) =>
      command(['migrate', ...args], { DATABASE_URL: database.url });
    const first = await migrate('--json');
    const again = [await migrate('--json'), await migrate()];
    await database.remove();
    expect(JSON.parse(first.stdout)).toContain('0001_catalogue');
    expect(again.map(({ stdout }) => stdout)).toEqual(['[]\n', 'Nothing to do.\n']);
  });
});
