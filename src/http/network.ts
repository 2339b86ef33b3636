import { isIPv6 } from 'node:net';

const GROUPS = 8;
const GROUPS_OF_NETWORK = 4;

/** The address as limits count it. Of IPv6, one customer has at least a whole /64. */
export const networkOf = (address: string): string => {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const start = head.split(':').filter(Boolean);
  const end = tail?.split(':').filter(Boolean) ?? [];
  const middle = Array<string>(Math.max(0, GROUPS - start.length - end.length)).fill('0');
  return [...start, ...middle, ...end].slice(0, GROUPS_OF_NETWORK).join(':');
};
