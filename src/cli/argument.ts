import { InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { schemaName } from '../config.ts';
import { RotateApiKeyInput } from '../domain/api-key-rotation.ts';
import { scheduleBody } from '../domain/change-set.ts';
import { countryCode as country, currency, name } from '../domain/fields.ts';
import { CreatePublishableKeyInput } from '../domain/publishable-key.ts';
import { modes } from '../vocabulary.ts';

/** Makes a commander argument parser of a schema. */
const checked =
  <Value>(schema: z.ZodType<Value>) =>
  (given: unknown): Value => {
    const { data, error } = schema.safeParse(given);
    if (error)
      throw new InvalidArgumentError(
        `It ${error.issues.map(({ message }) => message).join(', ')}.`,
      );
    return data;
  };

export const displayName = checked(name);

export const databaseSchema = checked(schemaName);

/** In lower case. */
export const currencyCode = checked(currency.transform((code) => code.toLowerCase()));

/** In upper case. */
export const countryCode = checked(country.transform((code) => code.toUpperCase()));

const checkedOrigins = checked(CreatePublishableKeyInput.shape.allowedOrigins);

export const originOption = () =>
  new Option(
    '--origin <origin>',
    'an origin whose pages may use a publishable key; may be given again',
  ).argParser((text, earlier: string[] = []) => checkedOrigins([...earlier, text]));

const secondsIn = new Map(Object.entries({ s: 1, m: 60, h: 3_600, d: 86_400 }));

/** A length of time in seconds: `90s`, `30m`, `24h`, `7d`. */
const duration = z
  .string()
  .regex(/^\d{1,9}[smhd]$/, 'must be a number of s, m, h or d, e.g. 24h')
  .transform((text) => Number(text.slice(0, -1)) * (secondsIn.get(text.slice(-1)) ?? 0));

export const overlap = checked(
  duration.pipe(RotateApiKeyInput.shape.overlapSeconds.unwrap().unwrap()),
);

const LAST_YEAR = 9_999;

/** When a key ends, in UTC. A day means its start. */
const expiry = checked(
  z
    .union(
      [
        duration.transform((seconds) => Date.now() + seconds * 1000),
        z.union([z.iso.date(), z.iso.datetime({ offset: true })]).transform(Date.parse),
      ],
      'must be a day like 2030-01-31, a time like 2030-01-31T12:00:00Z, or a length like 30d',
    )
    .transform((at) => new Date(at))
    .refine(
      (at) => at.getTime() > Date.now() && at.getUTCFullYear() <= LAST_YEAR,
      'must be in the future, and before the year 10000',
    )
    .transform((at) => at.toISOString()),
);

export const expiryOption = (what: string) =>
  new Option(
    '--expires <when>',
    `when ${what} ends: a day (its start in UTC), a time, or a length like 30d (a year if left out)`,
  ).argParser(expiry);

/** With its time zone. */
export const time = checked(scheduleBody.shape.appliesAt);

/** The same in the past, too, in UTC. */
export const moment = checked(
  z.iso
    .datetime({ offset: true, error: 'must be a time with a time zone, as ISO 8601 has it' })
    .transform((text) => new Date(text).toISOString()),
);

const whole = 'must be a whole number from 1';
export const positiveCount = checked(z.coerce.number(whole).int(whole).min(1, whole));

export const organizationOption = () =>
  new Option('--organization <name>', 'name of the organization').argParser(displayName);

export const modeOption = () => new Option('--mode <mode>', 'live or sandbox').choices(modes);
