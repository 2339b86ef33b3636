import { isMigrated } from '../db/engine/migrate.ts';
import type { Store } from '../db/store.ts';

/** What the server asks of the store as a whole: the port to it. Reads and writes have their own. */

/** Whether the database has the tables of this version. */
export const isReady = ({ engine }: Store): Promise<boolean> => isMigrated(engine);

/** How busy the connections to the database are. */
export const loadOf = ({ engine }: Store) => engine.load();
