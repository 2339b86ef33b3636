/**
 * Faults that a good suite notices. Each is a small change of one source file, and the test files
 * that have to fail with it.
 */
export interface Mutant {
  name: string;
  file: string;
  /** Stands in exactly one place of the file. */
  text: string;
  replacement: string;
  tests: readonly string[];
}

const money = ['test/domain/exchange.test.ts', 'test/domain/regional-pricing.test.ts'];
const baseCurrency = ['test/domain/base-currency.test.ts'];
const prices = ['test/domain/price.test.ts'];
const plans = ['test/domain/plan.test.ts', 'test/graphql/plans.test.ts'];
const translations = ['test/domain/translation.test.ts'];
const unitPrices = ['test/domain/unit-cost.test.ts', 'test/domain/unit-price.test.ts'];
const limitsOfFeatures = ['test/domain/feature-limit.test.ts'];
const pageTexts = ['test/messages/texts.test.ts'];
const groups = ['test/domain/plan-group.test.ts'];
const features = ['test/domain/feature.test.ts', 'test/domain/plan-feature.test.ts'];
const publishable = ['test/domain/api-key-publishable.test.ts', 'test/graphql/publishable.test.ts'];
const keys = ['test/domain/api-key.test.ts', 'test/domain/api-key-rotation.test.ts'];
const idempotency = ['test/db/idempotency.test.ts'];
const audit = ['test/domain/audit-log.test.ts'];
const kept = ['test/db/record-cache.test.ts'];
const answers = ['test/response-cache.test.ts'];
const pages = ['test/domain/page.test.ts'];
const edge = ['test/http/edge.test.ts', 'test/http/keys.test.ts'];
const limits = ['test/http/limits.test.ts'];
const rest = [
  'test/rest/refusals.test.ts',
  'test/rest/contract-a.test.ts',
  'test/rest/contract-c.test.ts',
];
const shapes = ['test/graphql/limits.test.ts'];
const demoKey = ['test/request/loopback.test.ts', 'test/graphql/demo-key.test.ts'];

export const mutants: readonly Mutant[] = [
  // The base currency
  {
    name: 'a base currency changes although there are amounts',
    file: 'src/domain/organization.ts',
    text: 'before.baseCurrency !== baseCurrency && (await hasAmounts(writer))',
    replacement: 'false',
    tests: baseCurrency,
  },
  {
    name: 'a write counts in a base currency that has just changed',
    file: 'src/db/records/audit-log.ts',
    text: 'next.base_currency !== writer.tenant.baseCurrency',
    replacement: 'false',
    tests: baseCurrency,
  },
  {
    name: 'a rate stands in the base currency',
    file: 'src/domain/exchange.ts',
    text: 'currency === baseCurrency && currency !== defaultBaseCurrency',
    replacement: 'false',
    tests: baseCurrency,
  },
  {
    name: 'REST shows yen in cents',
    file: 'src/rest/eras/c.ts',
    text: 'inMinorUnits.amountOf(price.price, baseCurrency)',
    replacement: `inMinorUnits.amountOf(price.price, 'usd')`,
    tests: ['test/rest/base-currency.test.ts'],
  },
  {
    name: 'zeros are trimmed of what is not whole',
    file: 'src/formatting.ts',
    text: 'trimZeros && isWhole',
    replacement: 'trimZeros',
    tests: ['test/formatting.test.ts'],
  },
  {
    name: 'a saving is shown larger than it is',
    file: 'src/messages/offer.ts',
    text: 'basisPoints - (basisPoints % ONE_PERCENT)',
    replacement: 'basisPoints - (basisPoints % ONE_PERCENT) + ONE_PERCENT',
    tests: pageTexts,
  },
  {
    name: 'a discount of quarters is said to last as many months',
    file: 'src/messages/offer.ts',
    text: "{ unit: 'month', length: 3 }",
    replacement: "{ unit: 'month', length: 1 }",
    tests: pageTexts,
  },
  {
    name: 'a limit hides which of two numbers it is',
    file: 'src/messages/cell.ts',
    text: 'measure === measureOf(limit)).length > 1',
    replacement: 'measure === measureOf(limit)).length > 2',
    tests: pageTexts,
  },

  // Translations
  {
    name: 'translations outlive what they are of',
    file: 'src/db/write/containers.ts',
    text: 'row.isGone || row.after === null;',
    replacement: 'row.after === null;',
    tests: translations,
  },
  {
    name: 'a translation does not move its feature',
    file: 'src/db/write/containers.ts',
    text: 'else features.add(image.featureId, true);',
    replacement: '',
    tests: translations,
  },
  {
    name: 'a locale falls back as a whole',
    file: 'src/domain/translation.ts',
    text: 'for (const name of textNames) texts[name] ??= found?.[name] ?? null;',
    replacement: 'if (found) return { ...noTexts, ...found };',
    tests: translations,
  },
  {
    name: 'a translation is found by the code of a feature',
    file: 'src/domain/translation.ts',
    text: 'object?.id === id ?',
    replacement: 'object ?',
    tests: translations,
  },
  // Unit prices
  {
    name: 'a begun block does not count whole',
    file: 'src/domain/unit-cost.ts',
    text: 'BigInt(months) + blockSize - 1n)',
    replacement: 'BigInt(months))',
    tests: unitPrices,
  },
  {
    name: 'a tier ends one unit too early',
    file: 'src/domain/unit-cost.ts',
    text: 'const isLast = end === blocks;',
    replacement: 'const isLast = end === blocks && tier.upTo === null;',
    tests: unitPrices,
  },
  {
    name: 'seats are counted for each month',
    file: 'src/domain/unit-price.ts',
    text: "isOverage(unit) || unit.featureType === 'usage'",
    replacement: 'true',
    tests: unitPrices,
  },
  {
    name: 'a feature with a unit price may become unlimited',
    file: 'src/domain/plan-feature.ts',
    text: 'if (after.unlimited && !before.unlimited) await refuseUnlimited(writer, after);',
    replacement: '',
    tests: unitPrices,
  },
  {
    name: 'a unit price by hand follows the rate',
    file: 'src/domain/derived-unit-pricing.ts',
    text: 'before.filter(({ autoSynced }) => !autoSynced)',
    replacement: '[]',
    tests: unitPrices,
  },
  {
    name: 'a unit price stays with an archived price',
    file: 'src/domain/price.ts',
    text: 'await removeUnitPrices(writer, { priceId });',
    replacement: '',
    tests: unitPrices,
  },
  // Limits
  {
    name: 'a limit that a plan uses may go',
    file: 'src/domain/feature-limit.ts',
    text: 'if (!codes.includes(code))',
    replacement: 'if (false)',
    tests: limitsOfFeatures,
  },
  {
    name: 'a limit is counted per its own feature',
    file: 'src/domain/feature-limit.ts',
    text: "if (id === feature.id) throw invalid(param, 'must be another feature');",
    replacement: '',
    tests: limitsOfFeatures,
  },
  {
    name: 'a feature that a limit is counted per can be deleted',
    file: 'src/domain/feature.ts',
    text: 'if (await countsLimits(writer, before.id))',
    replacement: 'if (false)',
    tests: limitsOfFeatures,
  },
  {
    name: 'an amount does not move the feature of its plan',
    file: 'src/db/write/containers.ts',
    text: ' || type === planFeatureLimitRows.type',
    replacement: '',
    tests: limitsOfFeatures,
  },
  {
    name: 'a limit does not move its feature',
    file: 'src/db/write/containers.ts',
    text: 'if (type === featureLimitRows.type) features.add(image.featureId, true);',
    replacement: '',
    tests: limitsOfFeatures,
  },
  {
    name: 'limits outlive their plan',
    file: 'src/db/records/plan.ts',
    text: 'if (limits.length > 0) await planFeatureLimitRows',
    replacement: 'if (false) await planFeatureLimitRows',
    tests: limitsOfFeatures,
  },
  {
    name: 'limits are in the order of their codes',
    file: 'src/db/records/feature-limit.ts',
    text: "order: ['position', 'code'],",
    replacement: "order: ['code'],",
    tests: limitsOfFeatures,
  },
  // Money
  {
    name: 'derived amounts round down',
    file: 'src/domain/exchange.ts',
    text: '(2n * dividend + divisor) / (2n * divisor)',
    replacement: '(2n * dividend) / (2n * divisor)',
    tests: money,
  },
  {
    name: 'a positive amount becomes 0',
    file: 'src/domain/exchange.ts',
    text: 'steps === 0n && dividend > 0n ? 1n : steps',
    replacement: 'steps',
    tests: money,
  },
  {
    name: 'derived amounts have no bound',
    file: 'src/domain/exchange.ts',
    text: 'amount <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(amount) : undefined',
    replacement: 'Number(amount)',
    tests: money,
  },
  {
    name: 'unit prices are rounded to the minor unit of dollars',
    file: 'src/domain/exchange.ts',
    text: 'bounded(multiply(unitPrice, rate, 1))',
    replacement: 'bounded(multiply(unitPrice, rate, 100))',
    tests: money,
  },
  {
    name: 'a derived discount is larger than the price',
    file: 'src/domain/derived-pricing.ts',
    text: 'Math.min(amount, price)',
    replacement: 'amount',
    tests: money,
  },
  {
    name: 'a price that was set by hand is derived again',
    file: 'src/domain/derived-pricing.ts',
    text: 'if (rate && row.autoSynced) followed.price',
    replacement: 'if (rate) followed.price',
    tests: money,
  },
  {
    name: 'a balance that was set by hand is derived again',
    file: 'src/domain/derived-pricing.ts',
    text: 'if (rate && row.includedBalanceAutoSynced)',
    replacement: 'if (rate)',
    tests: money,
  },
  {
    name: 'an offer that is off goes on in other currencies',
    file: 'src/domain/derived-pricing.ts',
    text: 'if (!introOffer?.enabled || ',
    replacement: 'if (!introOffer || ',
    tests: money,
  },
  {
    name: 'overage prices that were set by hand are derived again',
    file: 'src/domain/derived-pricing.ts',
    text: 'before.filter(({ autoSynced }) => !autoSynced)',
    replacement: 'before.filter(() => false)',
    tests: money,
  },
  {
    name: 'a feature that lost its overage keeps regional ones',
    file: 'src/domain/derived-pricing.ts',
    text: 'if (before.length > 0) await removeRegionalOverages',
    replacement: 'if (before.length > 99) await removeRegionalOverages',
    tests: [...money, 'test/domain/plan-feature.test.ts'],
  },
  {
    name: 'a discount may be larger than the price',
    file: 'src/domain/price.ts',
    text: 'if (introOffer?.enabled && isAbovePrice(introOffer, price))',
    replacement: 'if (introOffer?.enabled && isAbovePrice(introOffer, price) && price < 0)',
    tests: prices,
  },
  {
    name: 'a discount may be more than 100 percent',
    file: 'src/domain/price.ts',
    text: '(offer.discountValue ?? 0) > BASIS_POINTS',
    replacement: '(offer.discountValue ?? 0) > 2 * BASIS_POINTS',
    tests: prices,
  },
  {
    name: 'an offer lasts no cycle',
    file: 'src/domain/price.ts',
    text: 'offer.enabled && offer.durationCycles === 0',
    replacement: 'offer.enabled && offer.durationCycles === -1',
    tests: prices,
  },
  {
    name: 'a free plan costs something',
    file: 'src/domain/plan.ts',
    text: 'plan.isFree && price > 0',
    replacement: 'plan.isFree && price > 1_000_000_000',
    tests: prices,
  },

  // Prices and their default
  {
    name: 'an interval is there twice',
    file: 'src/domain/price.ts',
    text: 'prices.some((price) => price.billingInterval === billingInterval)',
    replacement:
      'prices.some((price) => price.billingInterval === billingInterval && price.price < 0)',
    tests: prices,
  },
  {
    name: 'the first price is not the default',
    file: 'src/domain/price.ts',
    text: 'isDefault: prices.length === 0 || input.isDefault === true',
    replacement: 'isDefault: input.isDefault === true',
    tests: prices,
  },
  {
    name: 'the default can be given up',
    file: 'src/domain/price.ts',
    text: 'if (before.isDefault && input.isDefault === false)',
    replacement: 'if (before.isDefault && input.isDefault === undefined && before.price < 0)',
    tests: prices,
  },
  {
    name: 'the default dies with its price',
    file: 'src/domain/price.ts',
    text: 'before.isDefault ? await storedPricesOf(writer, planId) : []',
    replacement: 'before.price < 0 ? await storedPricesOf(writer, planId) : []',
    tests: prices,
  },
  {
    name: 'a balance cannot be cleared',
    file: 'src/domain/price.ts',
    text: 'input.includedBalance === undefined ? before.includedBalance : input.includedBalance',
    replacement: 'input.includedBalance ?? before.includedBalance',
    tests: prices,
  },

  // Plans, features, groups
  {
    name: 'two plans have one code',
    file: 'src/domain/plan.ts',
    text: 'if (await findPlanByCode(writer, input.code))',
    replacement: 'if (input.code === "" && (await findPlanByCode(writer, input.code)))',
    tests: plans,
  },
  {
    name: 'plans are private unless said otherwise',
    file: 'src/domain/plan.ts',
    text: 'isPublic: input.isPublic ?? true,',
    replacement: 'isPublic: input.isPublic ?? false,',
    tests: plans,
  },
  {
    name: 'lists show private plans unasked',
    file: 'src/domain/plan.ts',
    text: "visibility === 'all' ? undefined : visibility !== 'private'",
    replacement:
      "visibility == null || visibility === 'all' ? undefined : visibility !== 'private'",
    tests: plans,
  },
  {
    name: 'a description cannot be cleared',
    file: 'src/domain/plan.ts',
    text: 'description: description === undefined ? before.description : description,',
    replacement: 'description: description ?? before.description,',
    tests: plans,
  },
  {
    name: 'a plan that was deleted stays in its group',
    file: 'src/db/records/plan.ts',
    text: 'const alone = { planGroupId: null, sortOrder: 0, publicSortOrder: 0, basedOnPlanId: null };',
    replacement: 'const alone = { basedOnPlanId: null };',
    tests: [...plans, ...groups],
  },
  {
    name: 'two features have one name',
    file: 'src/domain/feature.ts',
    text: 'find(({ id }) => id !== ownId)',
    replacement: 'find(({ id }) => id === "")',
    tests: features,
  },
  {
    name: 'a feature in use is deleted',
    file: 'src/domain/feature.ts',
    text: 'if (await isAttached(writer, before.id))',
    replacement: 'if ((await isAttached(writer, before.id)) && before.code === "")',
    tests: features,
  },
  {
    name: 'a boolean feature has an amount',
    file: 'src/domain/plan-feature.ts',
    text: "['includedAmount', link.includedAmount > 0],",
    replacement: "['includedAmount', link.includedAmount < 0],",
    tests: features,
  },
  {
    name: 'a free plan charges overage',
    file: 'src/domain/plan-feature.ts',
    text: "else if (plan.isFree) refuse('must be absent on a free plan', ...overage);",
    replacement: "else if (plan.isFree) refuse('must be absent on a free plan');",
    tests: features,
  },
  {
    name: 'an unlimited feature charges overage',
    file: 'src/domain/plan-feature.ts',
    text: "else if (link.unlimited) refuse('must be absent on an unlimited feature', ...overage);",
    replacement: "else if (link.unlimited) refuse('must be absent on an unlimited feature');",
    tests: features,
  },
  {
    name: 'half an overage forgets its other half',
    file: 'src/domain/plan-feature.ts',
    text: 'unitPrice: input.overage?.unitPrice ?? before.overage.unitPrice,',
    replacement: 'unitPrice: input.overage?.unitPrice ?? 0,',
    tests: features,
  },
  {
    name: 'models of usage are mixed in a group',
    file: 'src/domain/group-membership.ts',
    text: 'consumptionModel && model && consumptionModel !== model',
    replacement: 'consumptionModel && model && consumptionModel === "none"',
    tests: groups,
  },
  {
    name: 'a plan that leaves a group leaves a gap',
    file: 'src/domain/group-membership.ts',
    text: 'await numberPlans(writer, group, remaining);',
    replacement: 'await numberPlans(writer, group, remaining.slice(0, 0));',
    tests: groups,
  },
  {
    name: 'a plan joins at the end, wherever it is asked to stand',
    file: 'src/domain/group-membership.ts',
    text: 'Math.min(sortOrder ?? members.length, members.length)',
    replacement: 'members.length',
    tests: groups,
  },

  // What the public sees
  {
    name: 'the public reads private plans',
    file: 'src/db/records/plan.ts',
    text: '  where seen.is_public = 1)`;',
    replacement: '  )`;',
    tests: [...publishable, ...kept],
  },
  {
    name: 'the public reads metadata',
    file: 'src/db/tables.ts',
    text: '.nullable().secret(sql`cast(null as text)`)',
    replacement: '.nullable()',
    tests: [...publishable, ...kept],
  },
  {
    name: 'the public learns which private group a plan is in',
    file: 'src/db/records/plan.ts',
    text: 'plan_group.id = seen.plan_group_id and plan_group.is_public = 1',
    replacement: 'plan_group.id = seen.plan_group_id',
    tests: [...groups, ...publishable],
  },
  {
    name: 'the public searches metadata',
    file: 'src/domain/plan.ts',
    text: "if (metadata && reader.audience === 'public')",
    replacement: "if (metadata && reader.audience === 'public' && metadata.key === '')",
    tests: publishable,
  },
  {
    name: 'a group that turns private or public is not numbered anew',
    file: 'src/db/records/plan-group.ts',
    text: 'if (group.isPublic !== isShown) await numberPublicPlans',
    replacement: 'if (group.isPublic === isShown) await numberPublicPlans',
    tests: groups,
  },
  {
    name: 'private plans take places that the public counts',
    file: 'src/db/records/group-order.ts',
    text: 'filter(({ isPublic }) => group.isPublic && isPublic)',
    replacement: 'filter(() => group.isPublic)',
    tests: groups,
  },
  {
    name: 'a record that a secret key read is shown to a publishable one',
    file: 'src/db/read/record-cache.ts',
    text: 'const name = `',
    replacement: 'const name = tenantId || `',
    tests: kept,
  },
  {
    name: 'a publishable key sees all',
    file: 'src/domain/publishable-key.ts',
    text: "kind === 'publishable' ? 'public' : 'all'",
    replacement: "kind === 'publishable' ? 'all' : 'all'",
    tests: publishable,
  },
  {
    name: 'a publishable key works at any origin',
    file: 'src/domain/publishable-key.ts',
    text: 'origin !== undefined && allowedOrigins.includes(origin)',
    replacement: 'origin !== undefined',
    tests: publishable,
  },
  {
    name: 'a publishable key works without an origin',
    file: 'src/domain/publishable-key.ts',
    text: 'allowedOrigins === null || (origin',
    replacement: 'allowedOrigins === null || origin === undefined || (origin',
    tests: publishable,
  },

  // Caches
  {
    name: 'kept records outlive what others wrote',
    file: 'src/db/read/record-cache.ts',
    text: 'if (state.revision < revision) this.#replace(state, revision);',
    replacement: 'if (state.revision < revision) state.revision = revision;',
    tests: kept,
  },
  {
    name: 'kept records of other plans outlive a write to several',
    file: 'src/db/read/record-cache.ts',
    text: 'if (ownerIds === undefined || state',
    replacement: 'if ((ownerIds === undefined && revision < 0) || state',
    tests: kept,
  },
  {
    name: 'the answer of a write lacks what others wrote before it',
    file: 'src/db/read/record-cache.ts',
    text: ' || state.revision < revision - 1) {',
    replacement: ') {',
    tests: kept,
  },
  {
    name: 'a repeated request does not see what the first one wrote',
    file: 'src/db/store.ts',
    text: 'if (isReplay) this.#records.invalidate(id);',
    replacement: '',
    tests: kept,
  },
  {
    name: 'kept records outlive a batch',
    file: 'src/db/store.ts',
    text: 'changes.isSummary ? undefined : ownersOf(changed)',
    replacement: 'ownersOf(changed)',
    tests: kept,
  },
  {
    name: 'a late reader keeps what was before a write',
    file: 'src/db/read/record-cache.ts',
    text: 'if (revision !== this.#revision || generation !== this.#generation) return;',
    replacement: '',
    tests: kept,
  },
  {
    name: 'answers are kept across audiences',
    file: 'src/response-cache.ts',
    text: '{reader.audience}',
    replacement: "{''}",
    tests: answers,
  },
  {
    name: 'answers are kept across tenants',
    file: 'src/response-cache.ts',
    text: '{caller.tenant.id}',
    replacement: "{''}",
    tests: answers,
  },
  {
    name: 'answers outlive writes',
    file: 'src/response-cache.ts',
    text: '{caller.revision}',
    replacement: "{''}",
    tests: answers,
  },
  {
    name: 'the ETag is one for all media types',
    file: 'src/response-cache.ts',
    text: "{headers['content-type']} ",
    replacement: "{''} ",
    tests: answers,
  },
  {
    name: 'shared caches keep what is private',
    file: 'src/response-cache.ts',
    text: "reader.audience === 'public' ? 'public' : 'private'",
    replacement: "reader.audience === 'public' ? 'public' : 'public'",
    tests: answers,
  },

  // Keys
  {
    name: 'a revoked key works',
    file: 'src/db/records/api-key-cache.ts',
    text: ".where('api_key.revoked_at', 'is', null)",
    replacement: '',
    tests: keys,
  },
  {
    name: 'an expired key works',
    file: 'src/db/records/api-key-cache.ts',
    text: 'found && found.expiresAtMs > clock().getTime()',
    replacement: 'found',
    tests: keys,
  },
  {
    name: 'a key that was found is never read again',
    file: 'src/db/records/api-key-cache.ts',
    text: 'if (state !== this.#state || this.#keys.size > MOST_KEYS) this.#keys.clear();',
    replacement: '',
    tests: [...keys, 'test/http/keys.test.ts', 'test/db/processes.test.ts'],
  },
  {
    name: 'a key never expires unless told to',
    file: 'src/domain/api-key-issue.ts',
    text: 'DEFAULT_LIFETIME_MS = 365 *',
    replacement: 'DEFAULT_LIFETIME_MS = 3650 *',
    tests: keys,
  },
  {
    name: 'rotation makes a key of a larger scope',
    file: 'src/domain/api-key-rotation.ts',
    text: 'name, kind, scope, allowedOrigins, trustedDocumentsOnly, expiresAt }',
    replacement: 'name, kind, scope: "admin", allowedOrigins, trustedDocumentsOnly, expiresAt }',
    tests: keys,
  },
  {
    name: 'a scope that is too small is enough',
    file: 'src/context.ts',
    text: 'if (!includesScope(this.caller.scope, scope))',
    replacement: 'if (!includesScope(this.caller.scope, scope) && scope === "read")',
    tests: ['test/http/keys.test.ts', 'test/graphql/keys.test.ts', 'test/tenancy-matrix.test.ts'],
  },
  {
    name: 'demo keys work in production',
    file: 'src/http/edge.ts',
    text: 'if (this.#options.refusedKeys.has(caller.apiKeyId))',
    replacement: 'if (this.#options.refusedKeys.has(""))',
    tests: ['test/cli/serve.test.ts'],
  },
  {
    name: 'GraphiQL gives the demo key to other machines',
    file: 'src/request/loopback.ts',
    text: "isLoopbackAddress(socket.remoteAddress ?? '') &&",
    replacement: '',
    tests: demoKey,
  },
  {
    name: 'GraphiQL gives the demo key to a rebound name',
    file: 'src/request/loopback.ts',
    text: "isLoopbackHost(headers.host ?? '') &&",
    replacement: '',
    tests: demoKey,
  },
  {
    name: 'GraphiQL gives the demo key to the clients of a proxy',
    file: 'src/request/loopback.ts',
    text: 'proxyHeaders.every((name) => headers[name] === undefined)',
    replacement: 'true',
    tests: demoKey,
  },

  // Idempotency and the audit trail
  {
    name: 'another input takes the outcome of the first',
    file: 'src/db/write/idempotency.ts',
    text: 'earlier.operation !== operation || earlier.input_hash !== inputHash',
    replacement: 'earlier.operation !== operation',
    tests: idempotency,
  },
  {
    name: 'the order of keys makes another input',
    file: 'src/db/write/idempotency.ts',
    text: 'JSON.stringify(input, sortKeys)',
    replacement: 'JSON.stringify(input)',
    tests: idempotency,
  },
  {
    name: 'outcomes are kept for ever',
    file: 'src/db/write/idempotency.ts',
    text: ".where('expires_at', '>', writer.now)",
    replacement: '',
    tests: idempotency,
  },
  {
    name: 'a secret is shown again to a repeated request',
    file: 'src/db/write/operation.ts',
    text: '{ result: withoutSecrets(result) }',
    replacement: '{ result }',
    tests: [
      'test/domain/api-key.test.ts',
      'test/db/idempotency.test.ts',
      'test/graphql/keys.test.ts',
    ],
  },
  {
    name: 'a failure that is kept leaves half of its effect',
    file: 'src/db/write/operation.ts',
    text: 'await sql`rollback to savepoint effect`.execute(writer[queries]);',
    replacement: '',
    tests: [...idempotency, 'test/domain/operation.test.ts'],
  },
  {
    name: 'a write does not raise the revision',
    file: 'src/db/write/operation.ts',
    text: 'if (raisesRevision) work.revision',
    replacement: 'if (raisesRevision && name === "") work.revision',
    tests: ['test/domain/operation.test.ts', ...plans],
  },
  {
    name: 'a deleted plan is still there in its audit entry',
    file: 'src/db/write/change-list.ts',
    text: 'row.isGone = true;',
    replacement: 'row.isGone = false;',
    tests: audit,
  },
  {
    name: 'a deleted price is still there in its audit entry',
    file: 'src/db/records/price.ts',
    text: 'priceRows.noteGone(writer, archived);',
    replacement: '',
    tests: audit,
  },
  {
    name: 'a deleted feature is still there in its audit entry',
    file: 'src/db/records/feature.ts',
    text: 'featureRows.noteGone(writer, deleted);',
    replacement: '',
    tests: audit,
  },
  {
    name: 'a removed feature is still there in its audit entry',
    file: 'src/db/write/rows.ts',
    text: 'for (const image of images) writer[unit].changes.note(this.#identity(writer, image), image as Image, null); return images;',
    replacement:
      'for (const image of images) writer[unit].changes.note(this.#identity(writer, image), image as Image, image as Image); return images;',
    tests: audit,
  },

  {
    name: 'a regional price leaves the revision of its price as it was',
    file: 'src/db/write/containers.ts',
    text: 'if (ofPrices.has(type)) prices.add(image.priceId, true);',
    replacement: '',
    tests: ['test/domain/change-list.test.ts', 'test/graphql/revisions.test.ts'],
  },
  {
    name: 'an object that has changed is written all the same',
    file: 'src/domain/revision.ts',
    text: 'found.revision === expectedRevision',
    replacement: 'found.revision > 0',
    tests: ['test/graphql/revisions.test.ts'],
  },
  {
    name: 'a batch leaves cached records as they were',
    file: 'src/db/write/change-list.ts',
    text: 'else if (!uncached.has(type)) return undefined;',
    replacement: '',
    tests: ['test/db/change-list.test.ts'],
  },

  // Pages
  {
    name: 'a cursor is taken that no list has given',
    file: 'src/domain/page.ts',
    text: ' || encodeCursor(list, position) !== cursor) throw refused();',
    replacement: ') throw refused();',
    tests: pages,
  },
  {
    name: 'a page is one longer than asked for',
    file: 'src/domain/page.ts',
    text: 'const items = rows.slice(0, limit);',
    replacement: 'const items = rows.slice(0, limit + 1);',
    tests: pages,
  },
  {
    name: 'the last page says that the list goes on',
    file: 'src/domain/page.ts',
    text: 'const goesOn = rows.length > limit;',
    replacement: 'const goesOn = rows.length >= limit;',
    tests: pages,
  },

  // The edge
  {
    name: 'a chunked body has no limit',
    file: 'src/http/body.ts',
    text: 'if (size + chunk.byteLength > BODY_LIMIT_BYTES) throw tooLarge();',
    replacement: '',
    tests: ['test/http/body.test.ts'],
  },
  {
    name: 'a body that says that it is long is read',
    file: 'src/http/body.ts',
    text: "if (Number(message.headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) throw tooLarge();",
    replacement: '',
    tests: ['test/http/body.test.ts'],
  },
  {
    name: 'broken UTF-8 is read as something',
    file: 'src/http/body.ts',
    text: "new TextDecoder('utf-8', { fatal: true })",
    replacement: "new TextDecoder('utf-8')",
    tests: ['test/graphql/requests.test.ts'],
  },
  {
    name: 'any origin may read answers',
    file: 'src/http/cors.ts',
    text: 'if (!isOwn && !allows(origin)) return;',
    replacement: 'if (origin === undefined) return;',
    tests: ['test/http/cors.test.ts'],
  },
  {
    name: 'names that begin like localhost are local',
    file: 'src/http/cors.ts',
    text: '(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d+)?$/',
    replacement: '(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d+)?/',
    tests: ['test/http/cors.test.ts'],
  },
  {
    name: 'an IPv6 client has a budget for each of its addresses',
    file: 'src/request/addresses.ts',
    text: '.slice(0, GROUPS_OF_NETWORK)',
    replacement: '',
    tests: limits,
  },
  {
    name: 'clients choose their address',
    file: 'src/request/addresses.ts',
    text: 'proxies < trusted',
    replacement: 'proxies <= trusted',
    tests: limits,
  },
  {
    name: 'wrong keys are not counted',
    file: 'src/http/edge.ts',
    text: 'await this.#options.rates?.blame(network);',
    replacement: '',
    tests: limits,
  },
  {
    name: 'visitors of a page share one budget',
    file: 'src/http/rate-limits.ts',
    text: "kind === 'publishable' ?",
    replacement: "apiKeyId === '' ?",
    tests: [...limits, 'test/http/keys.test.ts'],
  },
  {
    name: 'one holder takes every place',
    file: 'src/http/shares.ts',
    text: 'if (this.#heldBy(keyHolder) + count > this.#share ||',
    replacement: 'if (this.#heldBy(keyHolder) + count > this.#most ||',
    tests: limits,
  },
  {
    name: 'the metrics are open to any token',
    file: 'src/http/metrics.ts',
    text: 'if (expected && !timingSafeEqual',
    replacement: "if (expected && !request.header('authorization') && !timingSafeEqual",
    tests: ['test/http/metrics.test.ts'],
  },
  {
    name: 'a server that stops says that it is ready',
    file: 'src/http/ready.ts',
    text: "isStopping ? 'stopping' : await known",
    replacement: 'await known',
    tests: ['test/http/ready.test.ts', 'test/http/shutdown.test.ts'],
  },
  {
    name: 'a malformed request forgets the version that its key is pinned to',
    file: 'src/app.ts',
    text: 'await edge.identify(request);',
    replacement: '',
    tests: ['test/http/refusals.test.ts'],
  },
  {
    name: 'a body that breaks off is refused in the shape of the pages',
    file: 'src/http/listen.ts',
    text: 'if (failBody(socket, failure)) return;',
    replacement: '',
    tests: ['test/http/refusals.test.ts'],
  },
  {
    name: 'a request with two hosts is served',
    file: 'src/request/request.ts',
    text: 'SANE_HOST.test(host) && !isNamedTwice(rawHeaders) ? host',
    replacement: 'SANE_HOST.test(host) ? host',
    tests: edge,
  },

  // The surfaces
  {
    name: 'REST tells a key that only reads what is wrong with its input',
    file: 'src/rest/handler.ts',
    text: "if (endpoint.method !== 'GET') context.require('write');",
    replacement: '',
    tests: ['test/rest/refusals.test.ts'],
  },
  {
    name: 'REST serves keys of trusted documents',
    file: 'src/rest/handler.ts',
    text: 'if (context.caller.trustedDocumentsOnly)',
    replacement: "if (context.caller.trustedDocumentsOnly && context.caller.apiKeyId === '')",
    tests: ['test/http/keys.test.ts'],
  },
  {
    name: 'REST forgets which version an organization is pinned to',
    file: 'src/rest/handler.ts',
    text: '|| caller?.organization.apiVersion || defaultApiVersion',
    replacement: '|| defaultApiVersion',
    tests: ['test/rest/versions.test.ts'],
  },
  {
    name: 'a list of REST never says that it goes on',
    file: 'src/rest/eras/envelope.ts',
    text: 'hasMore: nextCursor !== undefined,',
    replacement: 'hasMore: false,',
    tests: ['test/rest/lists.test.ts', ...rest],
  },
  {
    name: 'a boolean feature has an included amount in REST',
    file: 'src/rest/eras/plan-feature.ts',
    text: "includedAmount: feature.type === 'boolean' ? null : link.includedAmount,",
    replacement: 'includedAmount: link.includedAmount,',
    tests: ['test/rest/contract-b.test.ts', ...rest],
  },
  {
    name: 'aliases are not counted',
    file: 'src/graphql/shape.ts',
    text: 'aliases: inner.aliases + (isAgain ? 1 : 0),',
    replacement: 'aliases: inner.aliases,',
    tests: shapes,
  },
  {
    name: 'depth is not counted',
    file: 'src/graphql/shape.ts',
    text: 'depth: inner.depth + 1,',
    replacement: 'depth: inner.depth,',
    tests: shapes,
  },
  {
    name: 'fragments count once however often they are spread',
    file: 'src/graphql/shape.ts',
    text: 'if (known) return known;',
    replacement: 'if (known) return NOTHING;',
    tests: shapes,
  },
  {
    name: 'lists in variables have no limit',
    file: 'src/graphql/lists.ts',
    text: 'hold(items.length, limit, own, steps);',
    replacement: '',
    tests: shapes,
  },
];
