import { expect, it } from 'vitest';
import { dialect, queries, run } from '../../src/db/read/reader.ts';
import { placeholder, Statement } from '../../src/db/read/statement.ts';
import { newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

onEveryEngine('a statement', (world) => {
  it('is compiled once for each variant, and filled each time', async () => {
    const reader = (await newCatalogue(world())).reader();
    const statement = new Statement<{ name: string }>();
    let compiled = 0;
    const read = (values: Record<string, unknown>, variant?: string) =>
      statement.run(
        reader,
        values,
        () => {
          compiled += 1;
          return reader[queries]
            .selectFrom('organization')
            .select('name')
            .where('id', '=', placeholder<string>('id'))
            .compile();
        },
        variant,
      );
    const { organizationId } = reader.tenant;
    expect(await read({ id: organizationId })).toHaveLength(1);
    expect(await read({ id: 'none' })).toEqual([]);
    expect(compiled).toBe(1);
    expect(await read({ id: organizationId }, 'other')).toHaveLength(1);
    expect(compiled).toBe(2);
  });

  it('does not run without one of its values', async () => {
    const {
      [queries]: db,
      [dialect]: sql,
      [run]: execute,
    } = (await newCatalogue(world())).reader();
    const read = async (values: Record<string, unknown>) =>
      new Statement().run({ [dialect]: sql, [run]: execute }, values, () =>
        db.selectFrom('plan').select('id').where('id', '=', placeholder<string>('id')).compile(),
      );
    await expect(read({})).rejects.toThrow('without its value id');
    await expect(read({ id: undefined })).rejects.toThrow('without its value id');
  });
});
