import { createServer, type ServerResponse } from 'node:http';
import { isBase, openCatalogue, openFile } from './catalogue.ts';
import { port, settings } from './settings.ts';

/** L1: one prepared statement a request, whose result is the JSON of the answer. */

const where = settings();
const db = openFile(where.file);
const catalogue = openCatalogue(db, where);

const flag = (column: string) => `json(iif(${column}, 'true', 'false'))`;

const regionalPrices = `(select json_group_array(json_object('currency', currency, 'price', price,
    'includedBalance', included_balance, 'autoSynced', ${flag('auto_synced')}) order by currency)
  from regional_price where tenant_id = :tenant and price_id = plan_price.id)`;

const prices = (
  rest = '',
) => `(select json_group_array(json_object('id', id, 'billingInterval', upper(billing_interval),
    'price', price, 'isDefault', ${flag('is_default')}, 'trialDays', trial_days, 'includedBalance', included_balance,
    'includedCredits', included_credits, 'regionalPrices', ${regionalPrices}${rest}) order by created_at, id)
  from plan_price where tenant_id = :tenant and plan_id = plan.id and ${isBase})`;

const features = (
  rest = '',
  restOfFeature = '',
) => `(select json_group_array(json_object('enabled', ${flag('enabled')}, 'includedAmount', included_amount,
    'unlimited', ${flag('unlimited')}, 'overage', json_object('enabled', ${flag('overage_enabled')},
    'unitPrice', overage_unit_price), 'feature', json_object('id', feature.id, 'code', code, 'name', name,
    'type', upper(type), 'unitName', unit_name${restOfFeature})${rest}) order by section_position, feature.position, feature.id)
  from plan_feature cross join feature on feature.tenant_id = :tenant and feature.id = feature_id
  where plan_feature.tenant_id = :tenant and plan_id = plan.id and feature.deleted_at is null)`;

const presentation = `json_object('tagline', presentation_tagline, 'badge', presentation_badge,
  'highlighted', ${flag('presentation_highlighted')}, 'callToAction', iif(presentation_call_to_action_label is null, null,
  json_object('label', presentation_call_to_action_label, 'url', presentation_call_to_action_url)))`;

const regionalUnitPrices = `(select json_group_array(json_object('currency', currency, 'unitPrice', unit_price,
    'tiers', json(tiers)) order by currency)
  from regional_unit_price where tenant_id = :tenant and price_id = unit.price_id and feature_id = unit.feature_id)`;

const unitPrices = `(select json_group_array(json_object('unitPrice', unit_price, 'blockSize', block_size,
    'minimumQuantity', minimum_quantity, 'maximumQuantity', maximum_quantity,
    'tiersMode', upper(nullif(tiers_mode, 'none')), 'tiers', json(tiers), 'regional', ${regionalUnitPrices})
    order by section_position, feature.position, feature.id)
  from (select price_id, feature_id, unit_price, block_size, minimum_quantity, maximum_quantity, tiers_mode, tiers
    from unit_price where tenant_id = :tenant and price_id = plan_price.id
    union all
    select plan_price.id, plan_feature.feature_id, overage_unit_price, 1, 0, null, 'none', '[]' from plan_feature
    where plan_feature.tenant_id = :tenant and plan_feature.plan_id = plan.id and overage_enabled = 1
      and not exists (select 1 from unit_price where unit_price.tenant_id = :tenant
        and unit_price.price_id = plan_price.id and unit_price.feature_id = plan_feature.feature_id)) as unit
  cross join feature on feature.tenant_id = :tenant and feature.id = unit.feature_id)`;

const limits = `(select json_group_array(json_object('amount', amount, 'unlimited', ${flag('unlimited')},
    'limit', json_object('code', feature_limit.code, 'name', feature_limit.name, 'unitName', feature_limit.unit_name,
    'decimals', decimals)) order by feature_limit.position)
  from plan_feature_limit cross join feature_limit on feature_limit.tenant_id = :tenant
    and feature_limit.feature_id = plan_feature_limit.feature_id and feature_limit.code = plan_feature_limit.code
  where plan_feature_limit.tenant_id = :tenant and plan_feature_limit.plan_id = plan.id
    and plan_feature_limit.feature_id = feature.id)`;

const section = `(select json_object('code', code, 'name', name, 'position', position) from feature_section
  where tenant_id = :tenant and id = feature.section_id)`;

const plan = (
  prices: string,
  features: string,
  rest = '',
) => `json_object('id', id, 'code', code, 'name', name, 'description', description,
  'consumptionModel', upper(nullif(consumption_model, 'none')), 'isPublic', ${flag('is_public')},
  'isFree', ${flag('is_free')}, 'sortOrder', sort_order, 'createdAt', created_at, 'updatedAt', updated_at,
  'prices', ${prices}, 'features', ${features}${rest})`;

const shallowPlan = plan(prices(), features());
const wholePlan = plan(
  prices(`, 'unitPrices', ${unitPrices}`),
  features(
    `, 'displayValue', display_value, 'limits', ${limits}`,
    `, 'position', feature.position, 'section', ${section}`,
  ),
  `, 'availability', upper(availability), 'presentation', ${presentation},
    'basedOn', iif(based_on_plan_id is null, null, json_object('id', based_on_plan_id))`,
);

/** The plan as REST shows it, in the version that W5 asks for. */
const wiredPrices = `(select json_group_array(json_object('billingInterval', billing_interval, 'price', price,
    'isDefault', ${flag('is_default')}, 'trialDays', trial_days, 'includedBalance', included_balance,
    'includedCredits', included_credits, 'introOffer', iif(intro_offer_enabled is null, null,
    json_object('enabled', ${flag('intro_offer_enabled')}, 'discountType', intro_offer_discount_type, 'discountValue',
    intro_offer_discount_value, 'durationCycles', intro_offer_duration_cycles)),
    'regionalPrices', ${regionalPrices}) order by created_at, id)
  from plan_price where tenant_id = :tenant and plan_id = plan.id and ${isBase})`;

const overages = `(select json_group_array(json_object('currency', currency, 'overageUnitPrice', unit_price,
    'autoSynced', ${flag('auto_synced')}) order by currency)
  from regional_overage where tenant_id = :tenant and plan_id = plan.id and feature_id = feature.id)`;

const wiredFeatures = `(select json_group_array(json_object('code', code, 'name', name, 'type', type, 'unitName', unit_name,
    'enabled', ${flag('enabled')}, 'includedAmount', iif(type = 'boolean', null, included_amount),
    'unlimited', ${flag('unlimited')}, 'overage', iif(overage_enabled or overage_unit_price > 0,
    json_object('enabled', ${flag('overage_enabled')}, 'model', 'per_unit', 'unitPrice', overage_unit_price), null),
    'regionalPrices', ${overages}) order by section_position, feature.position, feature.id)
  from plan_feature cross join feature on feature.tenant_id = :tenant and feature.id = feature_id
  where plan_feature.tenant_id = :tenant and plan_id = plan.id and feature.deleted_at is null)`;

const exchangeRates = `(select json_group_array(json_object('currency', currency, 'exchangeRate', json(exchange_rate))
    order by currency) from exchange_rate where tenant_id = :tenant and plan_id = plan.id)`;

const wiredPlan = `json_object('id', id, 'name', name, 'code', code, 'description', description, 'consumptionModel',
  nullif(consumption_model, 'none'), 'isPublic', ${flag('is_public')}, 'isDefault', json('false'),
  'isFree', ${flag('is_free')}, 'blockOnExhaustion', ${flag('block_on_exhaustion')}, 'sortOrder', sort_order,
  'planGroupId', plan_group_id, 'metadata', json(metadata), 'createdAt', created_at, 'updatedAt', updated_at,
  'features', ${wiredFeatures}, 'prices', ${wiredPrices}, 'exchangeRates', ${exchangeRates},
  'object', 'plan', 'livemode', json('true'))`;

const statement = (sql: string) => {
  const prepared = db.prepare<[object], string>(sql).pluck();
  return (parameters: object = {}) =>
    prepared.get({ tenant: where.tenantId, ...parameters }) ?? 'null';
};

const livePlans = 'from plan where tenant_id = :tenant and deleted_at is null';
const page = (plan: string) =>
  statement(`select json_group_array(${plan} order by sort_order, created_at, id)
  from (select * ${livePlans} and is_public = 1 order by sort_order, created_at, id limit 50) as plan`);
const pricingPage = page(shallowPlan);
const priceList = page(wholePlan);
const onePlan = statement(`select ${shallowPlan} ${livePlans} and code = :code`);
const planName = statement(
  `select json_object('id', id, 'name', name) ${livePlans} and code = :code`,
);
const planById = statement(`select ${wiredPlan} ${livePlans} and id = :id`);
const onePrice = statement(`select json_object('__typename', 'PlanPrice', 'id', id,
    'billingInterval', upper(billing_interval), 'price', price, 'isDefault', ${flag('is_default')},
    'trialDays', trial_days, 'regionalPrices', ${regionalPrices})
  from plan_price where tenant_id = :tenant and id = :id and archived_at is null`);
const described =
  statement(`select json_object('__typename', 'Plan', 'id', id, 'description', description)
  ${livePlans} and id = :id`);

interface Variables {
  code: string;
  planId: string;
  input: { billingInterval: string };
}

const answers: Record<string, (variables: Variables) => string> = {
  PricingPage: () => `{"data":{"plans":{"nodes":${pricingPage()}}}}`,
  PriceList: () => `{"data":{"plans":{"nodes":${priceList()}}}}`,
  OnePlan: ({ code }) => `{"data":{"plan":${onePlan({ code })}}}`,
  PlanName: ({ code }) => `{"data":{"plan":${planName({ code })}}}`,
  AddPrice: ({ planId, input }) => {
    const billingInterval = input.billingInterval.toLowerCase();
    const { id } = catalogue.addPlanPrice(planId, { ...input, billingInterval });
    return `{"data":{"addPlanPrice":${onePrice({ id })}}}`;
  },
  DescribePlan: ({ planId, input }) => {
    const { id } = catalogue.updatePlan(planId, input);
    return `{"data":{"updatePlan":${described({ id })}}}`;
  },
};

const answerTo = (url: string, body: string): Buffer => {
  if (body === '')
    return Buffer.from(`{"success":true,"data":${planById({ id: url.split('/').at(-1) })}}`);
  const { operationName, variables } = JSON.parse(body);
  const answer = answers[operationName];
  if (!answer) throw new Error(`no such operation: ${operationName}`);
  return Buffer.from(answer(variables));
};

const respond = (response: ServerResponse, url: string, body: string): void => {
  try {
    const answer = answerTo(url, body);
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': answer.byteLength,
    };
    response.writeHead(200, headers).end(answer);
  } catch (thrown) {
    response.writeHead(500).end(String(thrown));
  }
};

createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => respond(response, request.url ?? '', body));
}).listen(port);
