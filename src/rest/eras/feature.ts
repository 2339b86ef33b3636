import { z } from 'zod';
import type { Feature } from '../../domain/feature.ts';
import { answer } from './era.ts';
import * as fields from './fields.ts';

export const featureAnswer = answer({
  name: 'Feature',
  object: 'feature',
  fields: z.object({
    id: fields.text,
    name: fields.text,
    code: fields.text,
    type: fields.featureType,
    description: fields.text.nullable(),
    unitName: fields.text.nullable(),
    createdAt: fields.time,
    updatedAt: fields.time,
  }),
  write: (feature: Feature) => ({
    id: feature.id,
    name: feature.name,
    code: feature.code,
    type: feature.type,
    description: feature.description,
    unitName: feature.unitName,
    createdAt: feature.createdAt,
    updatedAt: feature.updatedAt,
  }),
});
