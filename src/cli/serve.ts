import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { App } from '../app.ts';
import type { Config } from '../config.ts';
import { bootstrap } from '../domain/bootstrap.ts';
import type { Store } from '../domain/operation.ts';
import { systemCodeOf } from '../failures.ts';
import { type Listener, listen } from '../http/listen.ts';
import { isLoopbackHost } from '../request/loopback.ts';
import { demoKeysFile } from './demo/keys.ts';
import { findDemoKeys, openDemo } from './demo/open.ts';
import { fullKeyOf, greeting } from './greeting.ts';
import { operator } from './operator.ts';
import { withUpgraded } from './store.ts';
import { variablesHelp } from './variables.ts';

/** How long the end waits for somebody to read the rest of the log. */
const LAST_LINES_MS = 1_000;

export const addServe = (program: Command): void => {
  program
    .command('serve')
    .description(
      'serve GraphQL and REST until stopped; outside production an empty database gets a demo ' +
        'catalogue',
    )
    .addHelpText(
      'after',
      () => `\nEnvironment (NAME_FILE=PATH reads the value from a file):\n\n${variablesHelp()}`,
    )
    .action(async () => {
      await withUpgraded(serve);
      // Lines of the log that nobody reads must not keep the process; a timer that is let go of
      // keeps it neither.
      setTimeout(() => process.exit(), LAST_LINES_MS).unref();
    });
};

const serve = async (store: Store, config: Config): Promise<void> => {
  const stop = stopSignal();
  const firstKey = config.bootstrap && (await bootstrap(store, config.bootstrap, operator));
  const demoKeys = config.production ? [] : await openDemo(store, demoKeysFile(config.databaseUrl));
  // Loaded only here: the other commands start without GraphQL and REST.
  const { createApp } = await import('../app.ts');
  const refusedKeys = config.production ? await findDemoKeys(store) : new Set<string>();
  const app = createApp({ store, config, graphiqlKey: fullKeyOf(demoKeys), refusedKeys });
  const listeners = await listenOrExplain(app, config);
  const { main, metrics } = listeners;
  const url = config.publicUrl ?? reachable(main.url);
  app.started(url);
  const isReachedFromOutside =
    !config.production && !config.socket && !isLoopbackHost(new URL(main.url).host);
  console.log(
    greeting({
      url,
      socketPath: config.publicUrl === undefined ? config.socket?.path : undefined,
      metricsUrl: metrics && reachable(metrics.url),
      environment: process.env,
      firstKey,
      graphiql: config.graphiql,
      demoKeys,
      refusedKeys,
      isReachedFromOutside,
    }),
  );
  await stop;
  app.retire();
  await sleep(config.shutdownDelayMs);
  await listeners.close();
  await app.finish();
};

/** The first SIGINT or SIGTERM. A second one ends the process at once. */
const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    const stop = () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  });

interface Listeners {
  main: Listener;
  metrics: Listener | undefined;
  close(): Promise<void>;
}

/** Opens all of them, or none. */
const listenOrExplain = async (app: App, config: Config): Promise<Listeners> => {
  const { metricsAddress } = config;
  const main = await explained({ ...config, variable: '' }, () => listen(app, config));
  try {
    const metrics = metricsAddress
      ? await explained({ ...metricsAddress, variable: 'METRICS_' }, () =>
          listen(app.metrics, { ...config, ...metricsAddress, socket: undefined }),
        )
      : undefined;
    const close = async () => {
      await Promise.all([main.close(), metrics?.close()]);
    };
    return { main, metrics, close };
  } catch (failure) {
    await main.close();
    throw failure;
  }
};

interface Place {
  host: string;
  port: number;
  socket?: { path: string } | undefined;
  /** What the names of its variables begin with. */
  variable: string;
}

const explained = async (place: Place, work: () => Promise<Listener>): Promise<Listener> => {
  try {
    return await work();
  } catch (failure) {
    const explanation = whyNotListening(failure, place);
    throw explanation ? new Error(explanation, { cause: failure }) : failure;
  }
};

/** What is wrong with the place; undefined where it is something else. */
export const whyNotListening = (failure: unknown, place: Place): string | undefined => {
  return (place.socket ? ofSockets : explanations)[systemCodeOf(failure)]?.(place);
};

type Explanations = Record<string, (place: Place) => string>;

const noAddress = ({ host, variable }: Place) =>
  `${variable}HOST ${host} is no address of this machine`;

/** By the code of the system. */
const explanations: Explanations = {
  EADDRINUSE: ({ host, port, variable }) =>
    `${variable}PORT ${port} of ${variable}HOST ${host} is in use: stop what uses it, or set ` +
    `${variable}PORT to another`,
  EACCES: ({ port, variable }) =>
    `${variable}PORT ${port} is not for this user: set ${variable}PORT to one above 1023`,
  EADDRNOTAVAIL: noAddress,
  EINVAL: noAddress,
  ENOTFOUND: noAddress,
  EAI_AGAIN: noAddress,
};

const noDirectory = ({ host }: Place) => `HOST ${host} is in no directory: make it first`;
const notForUser = ({ host }: Place) => `HOST ${host} is in a place that is not for this user`;

const ofSockets: Explanations = {
  EADDRINUSE: ({ host }) => `HOST ${host} is in use: stop what uses it, or set HOST to another`,
  ENOENT: noDirectory,
  ENOTDIR: noDirectory,
  EACCES: notForUser,
  EPERM: notForUser,
  EROFS: notForUser,
};

/** A server that listens on every address can be reached at the loopback address. */
const reachable = (url: string): string =>
  url.replace(/\/\/(0\.0\.0\.0|\[::\])(?=:)/, '//localhost');
