import { readFile } from 'node:fs/promises';
import {
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  printSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { breakingChanges } from './breaking-changes.ts';

const committed = await readFile(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
const printed = `${printSchema(schema)}\n`;

const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

interface Part {
  path: string;
  description: string | null | undefined;
}

/** Fields, arguments, input fields and enum values of a type. */
const partsOf = (type: GraphQLNamedType): Part[] => {
  if (isEnumType(type) || isInputObjectType(type)) {
    const parts = isEnumType(type) ? type.getValues() : Object.values(type.getFields());
    return parts.map(({ name, description }) => ({ path: `${type.name}.${name}`, description }));
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap(({ name, description, args }) => [
    { path: `${type.name}.${name}`, description },
    ...args.map((arg) => ({
      path: `${type.name}.${name}(${arg.name})`,
      description: arg.description,
    })),
  ]);
};

const outputFields = types
  .filter((type) => isObjectType(type) || isInterfaceType(type))
  .flatMap((type) =>
    Object.values(type.getFields()).map((field) => ({ path: `${type.name}.${field.name}`, field })),
  );

/** What may be missing from an answer. Any other null is an accident. */
const nullable = [
  'ApiKey.allowedOrigins',
  'ApiKey.expiresAt',
  'ApiKey.lastUsedAt',
  'ApiKey.revokedAt',
  'AuditChange.after',
  'AuditChange.before',
  'AuditChange.planId',
  'AuditEntry.after',
  'AuditEntry.apiKey',
  'AuditEntry.apiKeyId',
  'AuditEntry.before',
  'AuditEntry.clientRequestId',
  'AuditEntry.requestId',
  'AuditEntry.revision',
  'CatalogueChange.after',
  'CatalogueChange.before',
  'ChangeSet.appliedAt',
  'ChangeSet.appliedRevision',
  'ChangeSet.appliesAt',
  'ChangeSet.createdBy',
  'ChangeSet.failure',
  'ChangeSet.name',
  'ChangeSet.revertOf',
  'ChangeSet.scheduledBy',
  'ConflictError.currentRevision',
  'ConflictError.param',
  'CreatedApiKey.secret',
  'DeletedPlan.group',
  'DeletedPlanPrice.plan',
  'EffectivePrice.formattedPerMonth',
  'EffectivePrice.introOffer',
  'EffectivePrice.market',
  'EffectivePrice.perMonth',
  'EffectiveUnitPrice.amount',
  'EffectiveUnitPrice.formattedAmount',
  'Error.param',
  'EstimateLine.unitPrice',
  'Feature.description',
  'Feature.revision',
  'Feature.section',
  'Feature.unitName',
  'Feature.unitNamePlural',
  'FeatureLimit.perFeature',
  'FeatureLimit.unitName',
  'FeatureLimit.unitNamePlural',
  'FeatureSection.revision',
  'ForbiddenError.param',
  'IntroOffer.discountType',
  'IntroOffer.discountValue',
  'IntroOffer.durationCycles',
  'IntroOffer.formattedDiscount',
  'LocalizedTexts.badge',
  'LocalizedTexts.callToActionLabel',
  'LocalizedTexts.description',
  'LocalizedTexts.displayValue',
  'LocalizedTexts.name',
  'LocalizedTexts.tagline',
  'LocalizedTexts.unitName',
  'LocalizedTexts.unitNamePlural',
  'Market.metadata',
  'Market.revision',
  'Market.taxBehavior',
  'MarketUnitPrice.formattedUnitPrice',
  'MarketUnitPrice.tiersMode',
  'MarketUnitPrice.unitPrice',
  'NotFoundError.param',
  'PageInfo.endCursor',
  'PageInfo.startCursor',
  'Plan.basedOn',
  'Plan.consumptionModel',
  'Plan.defaultPrice',
  'Plan.description',
  'Plan.feature',
  'Plan.group',
  'Plan.metadata',
  'Plan.price',
  'Plan.revision',
  'PlanFeature.creditsPerUnit',
  'PlanFeature.displayValue',
  'PlanFeature.margin',
  'PlanFeature.regionalOverage',
  'PlanFeature.revision',
  'PlanFeatureLimit.amount',
  'PlanGroup.description',
  'PlanGroup.revision',
  'PlanPresentation.badge',
  'PlanPresentation.callToAction',
  'PlanPresentation.tagline',
  'PlanPrice.code',
  'PlanPrice.formattedIncludedBalance',
  'PlanPrice.includedBalance',
  'PlanPrice.includedCredits',
  'PlanPrice.inheritsFrom',
  'PlanPrice.introOffer',
  'PlanPrice.metadata',
  'PlanPrice.name',
  'PlanPrice.regionalPrice',
  'PlanPrice.revision',
  'PriceStep.currency',
  'PriceStep.exchangeRate',
  'PriceStep.price',
  'PriceTier.upTo',
  'PricingCell.planFeature',
  'PricingColumn.basedOn',
  'PricingColumn.gainsTitle',
  'PricingOffer.headlineAmount',
  'PricingOffer.introOffer',
  'PricingOffer.savings',
  'PricingOffer.savingsBasisPoints',
  'PricingOffer.trial',
  'PricingPage.taxNote',
  'PricingRow.unitName',
  'PricingSection.name',
  'PricingSection.section',
  'Query.catalogue',
  'Query.catalogueHash',
  'Query.changeSet',
  'Query.changeSets',
  'Query.feature',
  'Query.featureSection',
  'Query.lint',
  'Query.market',
  'Query.node',
  'Query.plan',
  'Query.planGroup',
  'Query.pricingPage',
  'RegionalPrice.formattedIncludedBalance',
  'RegionalPrice.includedBalance',
  'RegionalPrice.introOffer',
  'RegionalUnitPrice.formattedUnitPrice',
  'RegionalUnitPrice.unitPrice',
  'RotatedApiKey.secret',
  'Translation.badge',
  'Translation.callToActionLabel',
  'Translation.description',
  'Translation.displayValue',
  'Translation.name',
  'Translation.tagline',
  'Translation.unitName',
  'Translation.unitNamePlural',
  'UnitPrice.costOf',
  'UnitPrice.formattedUnitPrice',
  'UnitPrice.maximumQuantity',
  'UnitPrice.tiersMode',
  'UnitPrice.unitPrice',
  'ValidationError.param',
];

describe('the schema', () => {
  it('is committed as it is printed', () => {
    expect(committed, 'schema/schema.graphql is out of date: run npm run schema').toBe(printed);
  });

  it('takes nothing away from the clients of the committed one', async () => {
    expect(await breakingChanges(committed, printed)).toEqual([]);
  });

  it('describes every type, field, argument, input field and enum value', () => {
    const parts = types.flatMap((type) => [
      { path: type.name, description: type.description },
      ...partsOf(type),
    ]);
    expect(parts.length).toBeGreaterThan(200);
    expect(parts.filter(({ description }) => !description?.trim()).map(({ path }) => path)).toEqual(
      [],
    );
  });

  it('has null only where something can be missing', () => {
    expect(
      outputFields
        .filter(({ field }) => !isNonNullType(field.type))
        .map(({ path }) => path)
        .filter((path) => !path.startsWith('Mutation.'))
        .sort(),
    ).toEqual(nullable);
  });

  it('has no null in lists, but where ids name nothing', () => {
    const withNulls = outputFields.filter(({ field }) => {
      const list = isNonNullType(field.type) ? field.type.ofType : field.type;
      return isListType(list) && !isNonNullType(list.ofType);
    });
    expect(withNulls.map(({ path }) => path)).toEqual(['Query.nodes']);
  });

  it(
    'answers every mutation with its object or one of four errors, or null where that cannot be ' +
      'shown',
    () => {
      const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
      expect(mutations.length).toBeGreaterThanOrEqual(24);
      for (const { name, type } of mutations) {
        const union = getNamedType(type);
        const members = isUnionType(union) ? union.getTypes().map((member) => member.name) : [];
        const errors = ['ConflictError', 'ForbiddenError', 'NotFoundError', 'ValidationError'];
        expect({ name, isRequired: isNonNullType(type), members: members.length }).toEqual({
          name,
          isRequired: false,
          members: 5,
        });
        expect(members).toEqual(expect.arrayContaining(errors));
      }
    },
  );

  it('lets every error be asked alike', () => {
    const errors = types.filter(
      (type) => isObjectType(type) && type.name.endsWith('Error') && type.name !== 'FieldError',
    );
    expect(errors).toHaveLength(4);
    for (const type of errors)
      expect(isObjectType(type) && type.getInterfaces().map(({ name }) => name)).toEqual(['Error']);
  });
});
