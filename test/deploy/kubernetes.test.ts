import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { readConfig, variables } from '../../src/config.ts';
import { type Database, newPostgresDatabase, newSqliteFile } from '../engines.ts';
import { Build, ServerProcess } from '../server-process.ts';
import { deployed, freePort } from './proxy.ts';

const Labels = z.record(z.string(), z.string());
const Probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) }).loose();
const Container = z.object({
  image: z.string(),
  args: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).optional(),
  startupProbe: Probe.optional(),
  readinessProbe: Probe.optional(),
  livenessProbe: Probe.optional(),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() }).loose()),
  resources: z.object({
    requests: z.object({ cpu: z.string(), memory: z.string() }),
    limits: z.object({ memory: z.string() }),
  }),
  securityContext: z.object({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
  }),
});
const Workload = z.object({
  kind: z.enum(['Deployment', 'StatefulSet']),
  spec: z.object({
    replicas: z.number(),
    serviceName: z.string().optional(),
    selector: z.object({ matchLabels: Labels }),
    template: z.object({
      metadata: z.object({ labels: Labels }),
      spec: z.object({
        automountServiceAccountToken: z.literal(false),
        enableServiceLinks: z.literal(false),
        securityContext: z.object({ runAsNonRoot: z.literal(true) }).loose(),
        terminationGracePeriodSeconds: z.number(),
        initContainers: z.array(Container).default([]),
        containers: z.tuple([Container]),
        volumes: z.array(z.object({ name: z.string() }).loose()),
      }),
    }),
    volumeClaimTemplates: z
      .array(z.object({ metadata: z.object({ name: z.string() }) }).loose())
      .default([]),
  }),
});
const Service = z.object({
  kind: z.literal('Service'),
  spec: z.object({
    selector: Labels,
    ports: z.array(z.object({ targetPort: z.string() }).loose()),
  }),
});
const Disruption = z.object({
  kind: z.literal('PodDisruptionBudget'),
  spec: z.object({ minAvailable: z.number(), selector: z.object({ matchLabels: Labels }) }),
});

const objectsIn = (file: string): unknown[] =>
  parseAllDocuments(deployed(`kubernetes/${file}`)).map((document) => {
    expect([...document.errors, ...document.warnings]).toEqual([]);
    return document.toJS();
  });

const oneOf = <Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> => {
  const found = objectsIn(file).flatMap((object) => {
    const { success, data, error } = schema.safeParse(object);
    // Of another kind.
    if (!success && error.issues.some(({ path: [name] }) => name === 'kind')) return [];
    return success ? [data] : [schema.parse(object)];
  });
  expect(found).toHaveLength(1);
  return found[0] as z.output<Schema>;
};

const SECRETS = '/run/secrets/plans-gateway/';

let build: Build;
beforeAll(async () => {
  build = await Build.make();
});
afterAll(() => build.remove());

describe.each([
  { file: 'postgresql.yaml', create: newPostgresDatabase },
  { file: 'sqlite.yaml', create: newSqliteFile },
])('deploy/kubernetes/$file', ({ file, create }) => {
  const { kind, spec } = oneOf(file, Workload);
  const { containers, initContainers, volumes, ...pod } = spec.template.spec;
  const [container] = containers;
  const environmentOf = ({ env }: z.output<typeof Container>) =>
    Object.fromEntries(env.map(({ name, value }) => [name, value]));

  it('joins what belongs together', () => {
    expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
    const service = oneOf(file, Service).spec;
    expect(service.selector).toEqual(spec.selector.matchLabels);
    const ports = container.ports?.map(({ name }) => name);
    for (const { targetPort } of service.ports) expect(ports).toContain(targetPort);
    expect(container.ports?.map(({ containerPort }) => String(containerPort))).toEqual([
      String(readConfig({}).port),
      environmentOf(container).METRICS_PORT,
    ]);
    const known = [
      ...volumes.map(({ name }) => name),
      ...spec.volumeClaimTemplates.map(({ metadata }) => metadata.name),
    ];
    for (const { volumeMounts, image } of [...initContainers, container]) {
      expect(image).toBe(container.image);
      for (const { name } of volumeMounts) expect(known).toContain(name);
    }
  });

  it('has replicas where the store allows it', () => {
    if (kind === 'StatefulSet') {
      expect(spec.replicas).toBe(1);
      expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toContain('/data');
      return;
    }
    const { minAvailable, selector } = oneOf(file, Disruption).spec;
    expect(selector.matchLabels).toEqual(spec.selector.matchLabels);
    expect(minAvailable).toBeLessThan(spec.replicas);
  });

  it('gives the server the time that it was told to take', () => {
    const { shutdownDelayMs, drainMs } = readConfig({
      ...environmentOf(container),
      NODE_OPTIONS: '',
      DATABASE_URL_FILE: '',
      METRICS_TOKEN_FILE: '',
    });
    expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(shutdownDelayMs + drainMs);
  });

  it('starts a server whose probes answer, with secrets out of files', async () => {
    const database: Database = await create();
    const folder = await mkdtemp(join(tmpdir(), 'plans-gateway-secrets-'));
    await writeFile(join(folder, 'database-url'), `${database.url}\n`);
    await writeFile(join(folder, 'metrics-token'), 'a token of the metrics\n');
    const placed = (environment: Record<string, string>): Record<string, string> => ({
      ...Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [
          name,
          value.replace(SECRETS, `${folder}/`).replace('file:/data/plans.db', database.url),
        ]),
      ),
      NODE_ENV: 'production',
    });
    for (const init of initContainers)
      await promisify(execFile)(process.execPath, [build.main, ...init.args], {
        env: { PATH: process.env.PATH, ...placed(environmentOf(init)) },
      });
    // Under that address there is nothing here.
    const { DATABASE_URL, PUBLIC_URL, ...environment } = placed(environmentOf(container));
    expect(PUBLIC_URL).toMatch(/^https:/);
    const metricsPort = await freePort();
    const server = await ServerProcess.start(build, DATABASE_URL ?? '', {
      ...environment,
      METRICS_PORT: String(metricsPort),
    });
    try {
      for (const name of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
        const probe = container[name] ?? expect.fail(`there is no ${name}`);
        const response = await fetch(server.url + probe.httpGet.path);
        expect([name, response.status]).toEqual([name, 200]);
        expect(container.ports?.map((port) => port.name)).toContain(probe.httpGet.port);
      }
      const metrics = (token: string) =>
        fetch(`http://127.0.0.1:${metricsPort}/metrics`, {
          headers: { authorization: `Bearer ${token}` },
        });
      expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
      expect((await metrics('a token of the metrics')).status).toBe(200);
      expect((await metrics('another')).status).toBe(401);
    } finally {
      await server.kill();
      await database.remove();
      await rm(folder, { recursive: true });
    }
  });
});

/** Of the container or of Node.js. */
const FOREIGN = new Set(['NODE_OPTIONS', 'PATH']);

it('names no variable in deploy/ that the gateway does not read', async () => {
  const root = fileURLToPath(new URL('../../deploy/', import.meta.url));
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const named = files.flatMap(({ parentPath, name }) => {
    const text = deployed(join(parentPath.slice(root.length), name));
    return [...text.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g)].map(([found]) => found);
  });
  expect(named).toContain('DATABASE_URL_FILE');
  const isKnown = (name: string) =>
    FOREIGN.has(name) || Object.hasOwn(variables, name.replace(/_FILE$/, ''));
  expect([...new Set(named)].filter((name) => !isKnown(name))).toEqual([]);
});
