import { z } from 'zod';
import { catalogue } from '../../errors.ts';

/** What stands around every answer, written and as a schema for the reference. */
export interface Envelope {
  one(data: object): object;
  many(data: object[], nextCursor: string | undefined): object;
  refusal(failure: Failure): object;
  readonly schema: {
    one(data: z.ZodType): z.ZodType;
    many(data: z.ZodType): z.ZodType;
    readonly refusal: z.ZodType;
  };
}

const failure = z.object({
  type: z.enum(Object.values(catalogue).map(({ type }) => type)),
  code: z.enum(Object.keys(catalogue)),
  message: z.string().describe('For people; may change.'),
  doc_url: z.url().describe('What the code means and what to do about it.'),
  param: z.string().optional().describe('The parameter that is to blame, where there is one.'),
  details: z
    .array(
      z.object({ field: z.string().describe('Dotted path from the body.'), message: z.string() }),
    )
    .optional()
    .describe('Every fault of a request that failed validation.'),
});
export type Failure = z.infer<typeof failure>;

const more = {
  hasMore: z.boolean().describe('The list goes on behind `nextCursor`.'),
  nextCursor: z.string().optional().describe('Opaque; send it as `cursor`.'),
};
const rest = (nextCursor: string | undefined) => ({
  hasMore: nextCursor !== undefined,
  ...(nextCursor !== undefined && { nextCursor }),
});

/** `{ success, data }`, as in the older versions. */
export const wrapped: Envelope = {
  one: (data) => ({ success: true, data }),
  many: (data, nextCursor) => ({ success: true, data, ...rest(nextCursor) }),
  refusal: (error) => ({ success: false, error }),
  schema: {
    one: (data) => z.object({ success: z.literal(true), data }),
    many: (data) => z.object({ success: z.literal(true), data: z.array(data), ...more }),
    refusal: z.object({ success: z.literal(false), error: failure }),
  },
};

/** As before the first version: the members of an error stand at the top. */
export const flat: Envelope = {
  ...wrapped,
  refusal: ({ code, message, details }) => ({
    success: false,
    code,
    message,
    ...(details && { details }),
  }),
  schema: {
    ...wrapped.schema,
    refusal: z.object({
      success: z.literal(false),
      ...failure.pick({ code: true, message: true, details: true }).shape,
    }),
  },
};

/** The object itself. */
export const bare: Envelope = {
  one: (data) => data,
  many: (data, nextCursor) => ({ object: 'list', data, ...rest(nextCursor) }),
  refusal: (error) => ({ error }),
  schema: {
    one: (data) => data,
    many: (data) => z.object({ object: z.literal('list'), data: z.array(data), ...more }),
    refusal: z.object({ error: failure }),
  },
};
