import { type Command, Option } from 'commander';
import { NoDatabase } from '../../db/engine/faults.ts';
import type { Mode } from '../../vocabulary.ts';
import { modeOption, organizationOption } from '../argument.ts';
import { organizationNamed, tenantByNow } from '../operator.ts';
import { withStore } from '../store.ts';
import type { CatalogueAccess } from './access.ts';
import { LocalCatalogue } from './local.ts';
import { RemoteCatalogue } from './remote.ts';

export interface Where {
  url?: string;
  key?: string;
  organization?: string;
  mode?: Mode;
}

/** The options that say which catalogue a command is about. */
export const addWhere = (command: Command): Command =>
  command
    .addOption(
      new Option('--url <url>', 'address of a running server; without one, the database').env(
        'PLANS_GATEWAY_URL',
      ),
    )
    .addOption(
      // A key in the arguments could be read by every user of the machine.
      new Option('--key <key>', 'secret key for --url; better given as PLANS_GATEWAY_KEY').env(
        'PLANS_GATEWAY_KEY',
      ),
    )
    .addOption(
      organizationOption().default(undefined, 'in the database, the only one that there is'),
    )
    .addOption(modeOption().default(undefined, 'in the database, live'));

const given = (command: Command, name: keyof Where): boolean =>
  command.getOptionValueSource(name) === 'cli';

/** Where a command needs no catalogue. What the environment says is meant for other commands. */
export const refuseWhere = (command: Command, reason: string): void => {
  const names = ['url', 'organization', 'mode'] as const;
  const named = names.find((name) => given(command, name));
  if (named) throw new Error(`${reason}: leave out --${named}`);
};

/** Opens the catalogue for as long as the work takes. */
export const withCatalogue = async <Result>(
  command: Command,
  work: (access: CatalogueAccess) => Promise<Result>,
): Promise<Result> => {
  const { url, key, organization, mode = 'live' } = command.opts<Where>();
  const wantsDatabase = given(command, 'organization') || given(command, 'mode');
  if (wantsDatabase && given(command, 'url'))
    throw new Error('--url is for a server, --organization and --mode are for the database');
  // What stands in the arguments was meant more than what stands in the environment.
  if (url && !wantsDatabase) {
    if (!key) throw new Error('--url needs a key: set PLANS_GATEWAY_KEY');
    return work(new RemoteCatalogue(url, key));
  }
  try {
    return await withStore(async (store) => {
      const { name } = await organizationNamed(store, organization);
      return work(new LocalCatalogue(store, await tenantByNow(store, name, mode), name, mode));
    });
  } catch (failure) {
    // Exit code 1 says here that there are differences.
    throw failure instanceof NoDatabase ? new Error(failure.message) : failure;
  }
};
