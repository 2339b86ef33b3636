import { schema } from '../../schema/index.ts';
import { type Arrival, docUrl } from '../context.ts';
import { toApiError } from '../errors.ts';
import type { Reply } from '../exchange.ts';
import { answer, answerType } from './answer.ts';
import { requestError } from './errors.ts';
import { createExecute } from './execute.ts';
import { type DemoKey, explorerPage } from './graphiql.ts';
import { paramsOf } from './params.ts';
import { createStreams } from './streams.ts';

interface HandlerOptions {
  /** The explorer's page, with a key to start with; undefined where there shall be no page. */
  explorer: { demo(): Promise<DemoKey | undefined> } | undefined;
}

/** A request becomes one call of `execute`: the plain ones here, those that want a stream through Yoga. */
export const createGraphql = ({ explorer }: HandlerOptions): ((arrival: Arrival) => Promise<Reply>) => {
  const execute = createExecute(schema);
  const streams = createStreams(execute);
  return async (arrival) => {
    const accept = arrival.header('accept');
    try {
      if (explorer && arrival.method === 'GET' && accept?.includes('text/html'))
        return await explorerPage(await explorer.demo());
      const context = await arrival.admit();
      const params = await paramsOf(arrival);
      const type = answerType(accept);
      return type ? answer(await execute(params, context), type) : await streams(accept, params, context);
    } catch (thrown) {
      return turnedAway(arrival, thrown);
    }
  };
};

const turnedAway = ({ header, origin, requestId, report }: Arrival, thrown: unknown): Reply => {
  report(thrown);
  const error = requestError(toApiError(thrown), { requestId, docUrl: (code) => docUrl(origin, code) });
  return answer({ errors: [error] }, answerType(header('accept')) ?? 'application/json');
};
