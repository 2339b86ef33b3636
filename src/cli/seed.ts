import { type Command, Option } from 'commander';
import { refreshStatistics } from '../db/engine/statistics.ts';
import type { Mode } from '../vocabulary.ts';
import { modeOption, organizationOption, positiveCount } from './argument.ts';
import { ensureTenant } from './operator.ts';
import { showProgress } from './progress.ts';
import { fill } from './seed/fill.ts';
import { withNewStore } from './store.ts';

export const addSeed = (program: Command): void => {
  program
    .command('seed')
    .description('fill a catalogue for load tests; a second run adds what the first one left out')
    .addOption(
      new Option('--plans <count>', 'how many plans')
        .argParser(positiveCount)
        .makeOptionMandatory(),
    )
    .addOption(organizationOption().default('Load test'))
    .addOption(modeOption().default('live'))
    .action(
      async ({
        plans,
        organization,
        mode,
      }: {
        plans: number;
        organization: string;
        mode: Mode;
      }) => {
        await withNewStore(async (store) => {
          const tenant = await ensureTenant(store, organization, mode);
          const progress = showProgress('plans');
          for await (const done of fill(store, tenant, plans)) progress(done, plans);
          await refreshStatistics(store.engine);
        });
        console.log(`${organization}, ${mode}, has ${plans} plans for load tests.`);
      },
    );
};
