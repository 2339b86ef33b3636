import { type Audit, audit } from './query.ts';

/** Which plans each plan is based on, itself or through others. */
const bases = `with recursive basis (tenant_id, id, based_on) as (
    select tenant_id, id, based_on_plan_id from plan where based_on_plan_id is not null
    union
    select b.tenant_id, b.id, p.based_on_plan_id
    from basis b join plan p on p.tenant_id = b.tenant_id and p.id = b.based_on
    where p.based_on_plan_id is not null
  ) select tenant_id, id from basis where id = based_on`;

/** Invariant 22: what plans are based on. */
export const basis: Audit[] = [
  audit(
    22,
    'the plan is based on no live plan of its tenant',
    'id',
    `plan c where based_on_plan_id is not null and not exists (select 1 from plan p
      where p.tenant_id = c.tenant_id and p.id = c.based_on_plan_id and p.deleted_at is null)`,
  ),
  audit(22, 'the plan is based on itself, through others or not', 'id', `(${bases}) c`),
  audit(
    22,
    'the deleted plan is based on another one',
    'id',
    'plan where deleted_at is not null and based_on_plan_id is not null',
  ),
];
