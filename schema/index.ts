import './scalars.ts';
import './errors.ts';
import './node.ts';
import './plan.ts';
import './price.ts';
import './regional-pricing.ts';
import './plan-feature.ts';
import './feature.ts';
import './plan-group.ts';
import './translation.ts';
import './api-key.ts';
import './audit-log.ts';
import './viewer.ts';
import { builder } from './builder.ts';
import { metered } from './metered.ts';

export const schema = metered(builder.toSchema());
