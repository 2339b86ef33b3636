import { describe, expect, it } from 'vitest';
import { CreatePlanInput, UpdatePlanInput, updatePlan } from '../../src/domain/plan.ts';
import { keepsInvariants, newCatalogue } from '../catalogue.ts';
import { onEveryEngine } from '../engines.ts';

const faultsOf = (presentation: unknown, schema: typeof CreatePlanInput | typeof UpdatePlanInput) =>
  schema
    .safeParse({ name: 'Plan', code: 'plan', presentation })
    .error?.issues.map(({ path }) => path.join('.'));

describe.each([
  ['a new plan', CreatePlanInput],
  ['an update', UpdatePlanInput],
] as const)('the presentation of %s', (_, schema) => {
  const linkTo = (url: string) => ({ callToAction: { label: 'Start', url } });

  it.each([
    'https://example.com',
    'https://example.com/start?plan=pro#top',
    'HTTPS://EXAMPLE.COM',
    'https://例え.jp/始める',
    'mailto:sales@example.com',
    'tel:+49-30-123',
    '/',
    '/start',
    ' /start ',
  ])('takes the link %j', (url) => expect(faultsOf(linkTo(url), schema)).toBeUndefined());

  it.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'java\nscript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'http://example.com',
    '//example.com',
    '/\\example.com',
    '\\\\example.com',
    '/\t/example.com',
    'https:example.com',
    'https:///example.com',
    'https://',
    'https://[',
    'mailto:',
    'tel:',
    'start',
    'a b',
    '/a b',
    '/a\u0000',
    '/a\u202e',
    '',
    ' ',
    `/${'x'.repeat(2_000)}`,
  ])('refuses the link %j', (url) =>
    expect(new Set(faultsOf(linkTo(url), schema))).toEqual(
      new Set(['presentation.callToAction.url']),
    ),
  );

  it.each([
    [{ tagline: 'x'.repeat(256) }, 'presentation.tagline'],
    [{ tagline: '' }, 'presentation.tagline'],
    [{ tagline: ' ' }, 'presentation.tagline'],
    [{ badge: 'x'.repeat(256) }, 'presentation.badge'],
    [{ badge: 'a\0' }, 'presentation.badge'],
    [{ highlighted: 'yes' }, 'presentation.highlighted'],
    [{ callToAction: { url: '/' } }, 'presentation.callToAction.label'],
    [{ callToAction: { label: 'Start' } }, 'presentation.callToAction.url'],
    [{ callToAction: { label: 'x'.repeat(256), url: '/' } }, 'presentation.callToAction.label'],
  ])('refuses %j', (presentation, field) =>
    expect(faultsOf(presentation, schema)).toEqual([field]),
  );
});

onEveryEngine('the presentation of a plan', (world) => {
  keepsInvariants(world);

  it('is trimmed, stays where an update leaves it out, and is cleared by null', async () => {
    const shop = await newCatalogue(world());
    const plan = await shop.plan({
      availability: 'contact_sales',
      presentation: {
        tagline: ' For teams ',
        badge: ' New ',
        highlighted: true,
        callToAction: { label: ' Talk to us ', url: ' mailto:a@b.example ' },
      },
    });
    const shown = {
      tagline: 'For teams',
      badge: 'New',
      highlighted: true,
      callToActionLabel: 'Talk to us',
      callToActionUrl: 'mailto:a@b.example',
    };
    expect(plan).toMatchObject({ availability: 'contact_sales', presentation: shown });
    const update = (input: UpdatePlanInput) => shop.change((w) => updatePlan(w, plan.id, input));
    expect(await update({ name: 'New' })).toMatchObject({
      availability: 'contact_sales',
      presentation: shown,
    });
    expect(await update({ availability: 'self_service', presentation: {} })).toMatchObject({
      availability: 'self_service',
      presentation: shown,
    });
    expect((await update({ presentation: { badge: null } })).presentation).toEqual({
      ...shown,
      badge: null,
    });
    const callToAction = { label: 'Start', url: '/start' };
    expect((await update({ presentation: { callToAction } })).presentation).toMatchObject({
      tagline: 'For teams',
      callToActionLabel: 'Start',
      callToActionUrl: '/start',
    });
    const nothing = { tagline: null, highlighted: false, callToAction: null };
    expect((await update({ presentation: nothing })).presentation).toEqual({
      tagline: null,
      badge: null,
      highlighted: false,
      callToActionLabel: null,
      callToActionUrl: null,
    });
  });
});
