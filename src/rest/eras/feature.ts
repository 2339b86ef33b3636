import { z } from 'zod';
import { CreateFeatureInput, type Feature } from '../../domain/feature.ts';
import { type FeatureType, featureTypes } from '../../vocabulary.ts';
import { featureBeyondContract } from '../beyond-contract.ts';
import { type Answer, answer } from './era.ts';
import * as fields from './fields.ts';

/** What versions call the types of features. */
export interface FeatureTypeNames {
  readonly schema: z.ZodType<string>;
  nameOf(type: FeatureType): string;
}

export const currentNames: FeatureTypeNames = {
  schema: z.enum(featureTypes),
  nameOf: (type) => type,
};

const earlyTypes = ['boolean', 'metered', 'seats', 'quota'] as const;
type EarlyType = (typeof earlyTypes)[number];

const earlyNameOf = (type: FeatureType): EarlyType => (type === 'usage' ? 'metered' : type);
const typeNamed = (name: EarlyType): FeatureType => (name === 'metered' ? 'usage' : name);

/** Before 2026-05-18 the type `usage` was called `metered`. */
export const earlyNames: FeatureTypeNames = { schema: z.enum(earlyTypes), nameOf: earlyNameOf };

const createFeature = CreateFeatureInput.omit(featureBeyondContract);

export const createFeatureEarly = z.codec(
  createFeature.extend({
    type: z.enum(earlyTypes).describe(createFeature.shape.type.description ?? ''),
  }),
  createFeature,
  {
    decode: ({ type, ...body }) => ({ ...body, type: typeNamed(type) }),
    encode: ({ type, ...body }) => ({ ...body, type: earlyNameOf(type) }),
  },
);

export const featureAnswer = ({ schema, nameOf }: FeatureTypeNames): Answer<Feature> =>
  answer({
    name: 'Feature',
    object: 'feature',
    fields: z.object({
      id: fields.text,
      name: fields.text,
      code: fields.text,
      type: schema,
      description: fields.text.nullable(),
      unitName: fields.text.nullable(),
      createdAt: fields.time,
      updatedAt: fields.time,
    }),
    write: (feature: Feature) => ({
      id: feature.id,
      name: feature.name,
      code: feature.code,
      type: nameOf(feature.type),
      description: feature.description,
      unitName: feature.unitName,
      createdAt: feature.createdAt,
      updatedAt: feature.updatedAt,
    }),
  });
