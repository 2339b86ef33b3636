import { expect, it } from 'vitest';
import { onEveryGateway } from './client.ts';

const TEXTS = '{ name description }';

onEveryGateway('translations', (client) => {
  const set = (objectId: string, locale: string, input: object, more: object = {}) =>
    client().mutate(
      'setTranslation',
      { objectId, locale, input, ...more },
      'id locale name description object { __typename id }',
    );

  const scene = async () => {
    const { catalogue } = client();
    const group = await catalogue.group({ name: 'Teams' });
    const plan = await catalogue.plan({
      name: 'Team',
      description: 'For teams',
      planGroupId: group.id,
    });
    const feature = await catalogue.feature({ name: 'Seats' });
    await catalogue.attach(plan, feature);
    return { group, plan, feature };
  };

  it('are set for a plan, a feature or a group, which the payload shows', async () => {
    const { group, plan, feature } = await scene();
    for (const [type, { id }] of [
      ['Plan', plan],
      ['Feature', feature],
      ['PlanGroup', group],
    ] as const)
      expect(await set(id, 'pt_br', { name: ' Equipe ' })).toEqual({
        __typename: 'Translation',
        id: `${id}_pt-BR`,
        locale: 'pt-BR',
        name: 'Equipe',
        description: null,
        object: { __typename: type, id },
      });
  });

  it('are read text by text, from the narrow locale to the wide one to what is stored', async () => {
    const { group, plan, feature } = await scene();
    await set(plan.id, 'pt', { name: 'Equipa', description: 'Para equipas' });
    await set(plan.id, 'pt-BR', { name: 'Equipe' });
    await set(feature.id, 'pt', { name: 'Lugares' });
    await set(group.id, 'pt-BR', { description: 'Grupos' });
    const data = await client().data(
      `query($group: ID!) {
        plan(code: "${plan.code}") {
          brazil: localized(locale: "pt_BR") ${TEXTS}
          angola: localized(locale: "pt-AO") ${TEXTS}
          french: localized(locale: "fr") ${TEXTS}
          features { feature { localized(locale: "pt-BR") ${TEXTS} } }
        }
        planGroup(id: $group) { localized(locale: "pt-BR") ${TEXTS} }
      }`,
      { group: group.id },
    );
    expect(data).toEqual({
      plan: {
        brazil: { name: 'Equipe', description: 'Para equipas' },
        angola: { name: 'Equipa', description: 'Para equipas' },
        french: { name: 'Team', description: 'For teams' },
        features: [{ feature: { localized: { name: 'Lugares', description: null } } }],
      },
      planGroup: { localized: { name: 'Teams', description: 'Grupos' } },
    });
  });

  it('are of every text that pages show', async () => {
    const { catalogue } = client();
    const section = await catalogue.section({ name: 'Support' });
    const feature = await catalogue.feature({ sectionId: section.id });
    const plan = await catalogue.plan({
      code: 'team',
      presentation: { tagline: 'For teams', callToAction: { label: 'Start', url: '/start' } },
    });
    const link = await catalogue.attach(plan, feature, { displayValue: 'Email' });
    await set(plan.id, 'de', { tagline: 'Für Teams', badge: 'Neu', callToActionLabel: 'Los' });
    expect(await set(section.id, 'de', { name: 'Hilfe' })).toMatchObject({
      object: { __typename: 'FeatureSection' },
    });
    expect(await set(link.id, 'de', { displayValue: 'E-Mail' })).toMatchObject({
      object: { __typename: 'PlanFeature' },
    });
    expect(await set(link.id, 'de', { name: 'Neu' })).toMatchObject({
      __typename: 'ValidationError',
      param: 'name',
    });
    const every = '{ name description tagline badge callToActionLabel displayValue }';
    const read = async (locale: string) =>
      (
        await client().data(`{
          plan(code: "team") {
            localized(locale: "${locale}") ${every}
            features {
              localized(locale: "${locale}") ${every}
              feature { section { localized(locale: "${locale}") ${every} } }
            }
          }
        }`)
      ).plan;
    const none = {
      name: null,
      description: null,
      tagline: null,
      badge: null,
      callToActionLabel: null,
      displayValue: null,
    };
    const inGerman = { tagline: 'Für Teams', badge: 'Neu', callToActionLabel: 'Los' };
    expect(await read('de-AT')).toEqual({
      localized: { ...none, name: 'Plan', ...inGerman },
      features: [
        {
          localized: { ...none, displayValue: 'E-Mail' },
          feature: { section: { localized: { ...none, name: 'Hilfe' } } },
        },
      ],
    });
    expect(await read('fr')).toEqual({
      localized: { ...none, name: 'Plan', tagline: 'For teams', callToActionLabel: 'Start' },
      features: [
        {
          localized: { ...none, displayValue: 'Email' },
          feature: { section: { localized: { ...none, name: 'Support' } } },
        },
      ],
    });
    const features = (locale: string) => `features { localized(locale: "${locale}") ${every} }`;
    const statements = await client().statementsOf(() =>
      client().data(`{ plans(first: 50) { nodes { ${features('de')} } } }`),
    );
    expect(statements.filter((text) => text.includes('"translation"')).length).toBeLessThan(2);
  });

  it('name the unit of a feature in one language, with its plural', async () => {
    const { catalogue } = client();
    const plan = await catalogue.plan();
    const feature = await catalogue.feature({ unitName: 'seat', unitNamePlural: 'seats' });
    await catalogue.attach(plan, feature);
    const units = (locale: string, input: object) =>
      client().mutate(
        'setTranslation',
        { objectId: feature.id, locale, input },
        'unitName unitNamePlural',
      );
    const german = { unitName: 'Platz', unitNamePlural: 'Plätze' };
    expect(await units('de', german)).toEqual({ __typename: 'Translation', ...german });
    expect(await units('fr', { unitName: 'place' })).toMatchObject({ unitNamePlural: null });
    expect(await units('es', { unitNamePlural: 'plazas' })).toMatchObject({
      __typename: 'ValidationError',
      param: 'unitNamePlural',
    });
    const every = '{ unitName unitNamePlural }';
    const { plans } = await client().data(`{
      plans { nodes { localized(locale: "de") ${every} features { feature {
        german: localized(locale: "de-AT") ${every}
        french: localized(locale: "fr-FR") ${every}
        spanish: localized(locale: "es") ${every}
      } } } }
    }`);
    expect(plans.nodes).toEqual([
      {
        localized: { unitName: null, unitNamePlural: null },
        features: [
          {
            feature: {
              german,
              french: { unitName: 'place', unitNamePlural: null },
              spanish: { unitName: 'seat', unitNamePlural: 'seats' },
            },
          },
        ],
      },
    ]);
  });

  it('show in the payload what was written', async () => {
    const plan = await client().catalogue.plan({ name: 'Team' });
    const write = (name: string | null) =>
      client().mutate(
        'setTranslation',
        { objectId: plan.id, locale: 'de', input: { name } },
        'object { ... on Plan { revision localized(locale: "de-AT") { name } } }',
      );
    expect(await write('Mannschaft')).toMatchObject({
      object: { revision: 2, localized: { name: 'Mannschaft' } },
    });
    expect(await write(null)).toMatchObject({
      object: { revision: 3, localized: { name: 'Team' } },
    });
  });

  it('answer typed errors', async () => {
    const { plan } = await scene();
    for (const [objectId, code] of [
      ['pln_none', 'plan_not_found'],
      ['ftr_none', 'feature_not_found'],
      ['plg_none', 'plan_group_not_found'],
      ['pp_none', 'not_found'],
    ] as const)
      expect(await set(objectId, 'de', { name: 'Neu' })).toMatchObject({ code, param: 'objectId' });
    expect(await set(plan.id, 'de', { name: '' })).toMatchObject({
      __typename: 'ValidationError',
      param: 'name',
    });
    expect(await set(plan.id, 'de', { name: 'Neu' }, { expectedRevision: 7 })).toMatchObject({
      __typename: 'ConflictError',
      code: 'revision_mismatch',
    });
  });

  it('take a well-formed locale only', async () => {
    const { plan } = await scene();
    for (const locale of ['', 'x', 'de-u-nu-arab', 'a b']) {
      const { status, data } = await client().answer(
        'mutation($id: ID!, $locale: Locale!) { setTranslation(objectId: $id, locale: $locale, input: {}) { __typename } }',
        { id: plan.id, locale },
      );
      expect({ locale, status, data }).toEqual({ locale, status: 400, data: undefined });
    }
  });

  it('are read ahead with plans, and in one statement for all features', async () => {
    const { plan, feature } = await scene();
    const other = await client().catalogue.feature();
    await client().catalogue.attach(plan, other);
    await set(plan.id, 'de', { name: 'Mannschaft' });
    await set(feature.id, 'de', { name: 'Plätze' });
    const withTexts = async (selection: string) =>
      (
        await client().statementsOf(() =>
          client().data(`{ plans(first: 100) { nodes { ${selection} } } }`),
        )
      ).filter((statement) => statement.includes('"translation"'));
    const localizedTexts = `localized(locale: "de") ${TEXTS}`;
    const [ofPlans, ...rest] = await withTexts(`prices { price } ${localizedTexts}`);
    expect(rest).toEqual([]);
    expect(ofPlans?.includes('"plan_price"')).toBe(client().world.store.readsAhead);
    expect(await withTexts(`features { feature { ${localizedTexts} } }`)).toHaveLength(1);
  });

  it('leave what REST answers as it is', async () => {
    const { plan } = await scene();
    const answer = async () => {
      const response = await fetch(`${client().gateway.url}/api/v1/plans/${plan.id}`, {
        headers: { 'x-api-key': client().key },
      });
      const { data } = (await response.json()) as { data: Record<string, unknown> };
      return { ...data, updatedAt: 'moves' };
    };
    const before = await answer();
    await set(plan.id, 'de', { name: 'Mannschaft' });
    expect(await answer()).toEqual(before);
  });
});
