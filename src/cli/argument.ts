import { InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { name } from '../domain/fields.ts';
import { modes } from '../vocabulary.ts';

/** Makes a commander argument parser of a schema. */
const checked =
  <Value>(schema: z.ZodType<Value>) =>
  (text: string): Value => {
    const { data, error } = schema.safeParse(text);
    if (error) throw new InvalidArgumentError(`It ${error.issues.map(({ message }) => message).join(', ')}.`);
    return data;
  };

export const displayName = checked(name);

const whole = 'must be a whole number from 1';
export const positiveCount = checked(z.coerce.number(whole).int(whole).min(1, whole));

export const organizationOption = () =>
  new Option('--organization <name>', 'name of the organization').argParser(displayName);

export const modeOption = () => new Option('--mode <mode>', 'live or sandbox').choices(modes);
