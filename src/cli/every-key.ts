import { type ApiKey, listApiKeys } from '../domain/api-key.ts';
import type { Reader } from '../domain/operation.ts';

export async function* everyKey(reader: Reader): AsyncGenerator<ApiKey> {
  for (let after: string | undefined, more = true; more; ) {
    const page = await listApiKeys(reader, { first: 100, after });
    yield* page.items;
    const last = page.items.at(-1);
    after = last && page.cursorOf(last);
    more = page.hasNextPage;
  }
}
