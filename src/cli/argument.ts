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
export const overlap = checked(
  z
    .string()
    .regex(/^\d{1,9}[smhd]$/, 'must be a number of s, m, h or d, e.g. 24h')
    .transform((text) => Number(text.slice(0, -1)) * (secondsIn.get(text.slice(-1)) ?? 0))
    .pipe(RotateApiKeyInput.shape.overlapSeconds.unwrap().unwrap()),
);

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
