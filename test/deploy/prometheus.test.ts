import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Database, newPostgresDatabase, newSqliteFile, World } from '../engines.ts';
import { Gateway, keyOf } from '../gateway.ts';
import { programOf, unless } from '../program.ts';
import { deployed } from './proxy.ts';

const Rules = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});
const Panel = z.object({
  title: z.string(),
  type: z.string(),
  targets: z.array(z.object({ expr: z.string() })).default([]),
});
const Dashboard = z.object({
  panels: z.array(Panel),
  annotations: z.object({ list: z.array(z.object({ expr: z.string() })) }),
});

const alerts = Rules.parse(parse(deployed('prometheus/alerts.yml'))).groups.flatMap(
  ({ rules }) => rules,
);
const dashboard = Dashboard.parse(JSON.parse(deployed('grafana/dashboard.json')));
const drawn = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({ title, expr })),
);

/** Names with an underscore that PromQL or Prometheus gives. */
const FOREIGN = new Set(['histogram_quantile', 'node_version']);

/** Every metric that an expression reads. */
const metricsIn = (expr: string): string[] =>
  [
    ...expr
      .replace(/\{[^}]*\}|"[^"]*"|\$__rate_interval/g, '')
      .matchAll(/[a-z][a-z0-9]*(?:_[a-z0-9]+)+/g),
  ]
    .map(([name]) => name)
    .filter((name) => !FOREIGN.has(name));

/** The metrics of a gateway that has served something. */
const shownOn = async (database: Database): Promise<string> => {
  const world = await World.open(database.url);
  const gateway = await Gateway.start(world);
  try {
    const key = await keyOf(world, await world.newTenant());
    // A key that ends soon, and is used.
    const made = await gateway.graphql(
      key,
      `mutation { createApiKey(input: { name: "k", scope: READ,
        expiresAt: "${new Date(Date.now() + 3_600_000).toISOString()}" }) {
        ... on CreatedApiKey { secret } } }`,
    );
    await gateway.graphql(made.data.createApiKey.secret, '{ viewer { __typename } }');
    await gateway.finish();
    return await (await fetch(`${gateway.url}/metrics`)).text();
  } finally {
    await gateway.close();
    await world.close();
    await database.remove();
  }
};

describe('the metrics that are drawn and watched', () => {
  let shown: string;
  beforeAll(async () => {
    // Some are of one engine only.
    const both = [await shownOn(await newSqliteFile()), await shownOn(await newPostgresDatabase())];
    shown = both.join('\n');
  });

  it.each([...alerts.map(({ alert, expr }) => ({ title: alert, expr })), ...drawn])(
    'are those of the gateway: $title',
    ({ expr }) => {
      const names = metricsIn(expr).filter((name) => name !== 'up');
      const has = (name: string) => new RegExp(`^${name}(\\{| )`, 'm').test(shown);
      expect(names.filter((name) => !has(name))).toEqual([]);
      expect(names.length + Number(/^up\b/.test(expr))).toBeGreaterThan(0);
    },
  );

  it('have the labels that are asked for', () => {
    const asked = [...alerts.map(({ expr }) => expr), ...drawn.map(({ expr }) => expr)];
    // What Prometheus adds, and what histograms have.
    const known = new Set(['job', 'instance', 'le']);
    for (const [, labels = ''] of shown.matchAll(/\{([^}]*)\}/g))
      for (const [, label = ''] of labels.matchAll(/([a-z_]+)="/g)) known.add(label);
    const names = asked.flatMap((expr) => [
      ...[...expr.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label),
      ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)),
    ]);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    expect(names).toContain('surface');
  });

  it('say every status that alerts tell apart', () => {
    const outcomes = [...shown.matchAll(/outcome="(\w+)"/g)].map(([, outcome]) => outcome);
    expect(outcomes).toEqual(expect.arrayContaining(['failed', 'stale']));
    expect(shown).toContain('kind="overload"');
  });
});

describe('promtool', () => {
  const promtool = async (...args: string[]): Promise<string> => {
    const cwd = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url));
    const { stdout, stderr } = await promisify(execFile)('promtool', args, { cwd });
    return stdout + stderr;
  };
  const here = programOf('promtool') ? it : it.skip;
  const folder = mkdtempSync(join(tmpdir(), 'plans-gateway-promtool-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  here(`takes the settings and the alerts${unless('promtool')}`, async () => {
    cpSync(new URL('../../deploy/prometheus/', import.meta.url), folder, { recursive: true });
    writeFileSync(join(folder, 'metrics-token'), 'a token of the metrics');
    expect(await promtool('check', 'config', join(folder, 'prometheus.yml'))).toContain(
      `${alerts.length} rules found`,
    );
  });

  here('sees each alert come when it should, and not before', async () => {
    expect(await promtool('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
    const tested = deployed('prometheus/alerts.test.yml');
    for (const { alert } of alerts) expect(tested).toContain(`alertname: ${alert}\n`);
  });

  here('takes every query of the dashboard', async () => {
    const asked = drawn.map(({ title, expr }, place) => ({
      alert: `${title} ${place}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    const file = join(folder, 'drawn.json');
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'drawn', rules: asked }] }));
    expect(await promtool('check', 'rules', file)).toContain(`${asked.length} rules found`);
  });
});
