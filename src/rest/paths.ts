export const REST_PATH = '/api/v1';

/** Where plans were read before there were versions. */
const UNVERSIONED_PATH = '/api/plans';

/** What Commet's command `push` sends to. */
export const CLI_PUSH_PATH = '/api/cli/push';

const isAt = (path: string, root: string): boolean => `${path}/`.startsWith(`${root}/`);

export const isUnversioned = (path: string): boolean => isAt(path, UNVERSIONED_PATH);

export const isRestPath = (path: string): boolean => isAt(path, REST_PATH) || isUnversioned(path);

/** The path as the routes write it. */
export const routedPath = (path: string): string =>
  path.slice(isUnversioned(path) ? '/api'.length : REST_PATH.length);

const PLAIN_SEGMENT = /^[\w.~%-]+$/;

/**
 * Where a version serves what an unversioned path names; relative, so that it holds behind any
 * proxy.
 */
export const successorOf = (path: string): string => {
  const [, , , id, ...rest] = path.split('/');
  if (id === undefined) return 'v1/plans';
  return rest.length === 0 && PLAIN_SEGMENT.test(id)
    ? `../v1/plans/${id}`
    : `${'../'.repeat(rest.length + 1)}v1/plans`;
};
