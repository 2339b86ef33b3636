import { MAX_INT32 } from '../../../vocabulary.ts';
import { type Audit, audit } from './query.ts';

const unnumbered =
  'having min(position) <> 0 or max(position) <> count(*) - 1 or count(distinct position) <> count(*)';

/** Invariant 25: codes of groups and sections, and where features stand. */
export const sections: Audit[] = [
  audit(25, 'the group has no code', 'id', 'plan_group where code is null'),
  audit(
    25,
    'several groups have one code',
    'code',
    'plan_group where code is not null group by tenant_id, code having count(*) > 1',
  ),
  audit(
    25,
    'several sections have one code',
    'code',
    'feature_section group by tenant_id, code having count(*) > 1',
  ),
  audit(
    25,
    'the order of the sections has gaps or repeats',
    'count(*)',
    `feature_section group by tenant_id ${unnumbered}`,
  ),
  audit(
    25,
    'the order of the features in a section, or without one, has gaps or repeats',
    `coalesce(section_id, 'no section')`,
    `feature where deleted_at is null group by tenant_id, section_id ${unnumbered}`,
  ),
  audit(
    25,
    'the feature repeats the position of its section wrongly',
    'id',
    `feature c where section_position <> coalesce((select s.position from feature_section s
      where s.tenant_id = c.tenant_id and s.id = c.section_id), ${MAX_INT32})`,
  ),
  audit(
    25,
    'the deleted feature has a place',
    'id',
    'feature where deleted_at is not null and (section_id is not null or position <> 0)',
  ),
];
