import { schema } from '../../schema/index.ts';
import { type Arrival, type Context, docUrl, type Surface } from '../context.ts';
import { toApiError } from '../errors.ts';
import type { Reply } from '../exchange.ts';
import { questionOf, type ResponseCache } from '../response-cache.ts';
import { answer, answerType, formOf, isKeepable, lastWords, openEnded } from './answer.ts';
import { requestError } from './errors.ts';
import { createExecute, type ExecuteOptions, type Params } from './execute.ts';
import { type DemoKey, explorerPage } from './graphiql.ts';
import { isReadOnly, paramsOf, verbatimOf } from './params.ts';
import { createStreams } from './streams.ts';
import { createTextOf, type TrustedDocumentsOptions } from './trusted-documents.ts';

interface HandlerOptions extends ExecuteOptions, TrustedDocumentsOptions {
  cache: ResponseCache;
  /**
   * The explorer's page, with a key for browsers on this machine; undefined where there shall be no
   * page.
   */
  explorer: { demo(): Promise<DemoKey | undefined> } | undefined;
}

/**
 * A request becomes one call of `execute`: the plain ones here, those that want a stream through
 * Yoga.
 */
export const createGraphql = ({ explorer, cache, ...limits }: HandlerOptions): Surface => {
  const execute = createExecute(schema, limits);
  const textOf = createTextOf(schema, limits);
  const streams = createStreams(execute);
  const answerTo = async (arrival: Arrival): Promise<Reply> => {
    const accept = arrival.header('accept');
    try {
      const readOnly = isReadOnly(arrival);
      const page = readOnly ? explorer : undefined;
      const form = formOf(accept, page !== undefined);
      if (form === 'text/html') {
        arrival.takePlace();
        return await explorerPage(arrival.isLocal ? await page?.demo() : undefined);
      }
      const context = await arrival.admit();
      const verbatim = await verbatimOf(arrival);
      const paramsFor = (): Params => {
        const sent = paramsOf(arrival, verbatim);
        const { operationName, variables } = sent;
        return { query: textOf(sent, context.caller), operationName, variables, readOnly };
      };
      if (form === 'text/event-stream' || form === 'multipart/mixed') {
        arrival.takePlace();
        return await streams(form, paramsFor(), context);
      }
      const whose = context.caller.trustedDocumentsOnly ? 'trusted' : 'any';
      const question = questionOf(context, `${form}\n${whose}\n${readOnly}\n${verbatim}`);
      const conditional = readOnly ? { ifNoneMatch: arrival.header('if-none-match') } : undefined;
      const kept = cache.find(question, context, conditional);
      if (kept) return withLastWords(kept, context);
      arrival.takePlace();
      const result = await execute(paramsFor(), context);
      const whole = answer(result, form);
      if (!isKeepable(result) || (!cache.isOpen && !conditional)) return whole;
      return withLastWords(
        cache.keep(question, openEnded(result, whole), context, conditional),
        context,
      );
    } catch (thrown) {
      return turnedAway(arrival, thrown);
    }
  };
  return { answer: answerTo, refuse: turnedAway };
};

const withLastWords = (kept: Reply, context: Context): Reply => {
  const { status, headers, varies, head, body, isByteString = false, tail } = kept;
  return tail === undefined
    ? kept
    : { status, headers, varies, head, body, isByteString, tail: lastWords(context) };
};

const turnedAway = ({ header, origin, requestId, report }: Arrival, thrown: unknown): Reply => {
  report(thrown);
  const error = requestError(toApiError(thrown), {
    requestId,
    docUrl: (code) => docUrl(origin, code),
  });
  return answer({ errors: [error] }, answerType(header('accept')));
};
