import { randomBytes } from 'node:crypto';
import { chmod, lstat, rename, rm, stat } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCodeOf } from '../failures.ts';

/** The file that a Unix socket is. A process that is killed leaves it behind. */

const PATIENCE_MS = 1_000;
/** Longer than others need from their look at a dead socket to its replacement. */
const SETTLE_MS = 200;

const found = async (path: string) => {
  try {
    return await lstat(path, { bigint: true });
  } catch (failure) {
    if (systemCodeOf(failure) === 'ENOENT') return undefined;
    throw failure;
  }
};

/** Nobody accepts connections on it. */
const isDead = (path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    const answer = (dead: boolean) => {
      socket.destroy();
      resolve(dead);
    };
    socket.setTimeout(PATIENCE_MS, () => answer(false));
    socket.once('connect', () => answer(false));
    socket.once('error', (failure) => {
      const code = systemCodeOf(failure);
      if (code === 'ECONNREFUSED' || code === 'ENOENT') answer(true);
      // Its queue is full.
      else if (code === 'EAGAIN') answer(false);
      else reject(failure);
    });
  });

const inUse = (path: string): Error =>
  new Error(`HOST unix:${path} is in use: stop what uses it, or set HOST to another`);

/**
 * A process that is gone has left it. False where there is nothing; throws where a process listens,
 * and for other files.
 */
export const isLeftBehind = async (path: string): Promise<boolean> => {
  const file = await found(path);
  if (!file) return false;
  if (!file.isSocket())
    throw new Error(`HOST unix:${path} is a file that is no socket: set HOST to another path`);
  if (await isDead(path)) return true;
  throw inUse(path);
};

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });

/**
 * Takes the place of a dead socket in one step, so that nobody removes what somebody else has just
 * put there. Of several that do so at once, the last one stays.
 */
const replace = async (server: Server, { path, mode }: SocketFile): Promise<void> => {
  const ours = `${path}.${randomBytes(4).toString('hex')}`;
  await listen(server, ours);
  try {
    await chmod(ours, mode);
    const ino = (await found(ours))?.ino;
    await isLeftBehind(path);
    await rename(ours, path);
    await sleep(SETTLE_MS);
    if ((await found(path))?.ino !== ino) throw inUse(path);
  } catch (failure) {
    server.close();
    throw failure;
  }
};

export interface SocketFile {
  path: string;
  /** The rights of the file. Until it has them, only the user of the process may connect. */
  mode: number;
}

/** Answers what removes the file again. */
export const listenOnSocket = async (
  server: Server,
  socket: SocketFile,
): Promise<() => Promise<void>> => {
  const { path, mode } = socket;
  // Node.js does not tell a missing directory from one that is not for the user.
  await stat(dirname(path));
  if (await isLeftBehind(path)) await replace(server, socket);
  else {
    await listen(server, path);
    await chmod(path, mode);
  }
  const ino = (await found(path))?.ino;
  return async () => {
    if (ino !== undefined && (await found(path))?.ino === ino) await rm(path);
  };
};
