import { auditInvariants } from '../../src/db/maintenance/invariants.ts';
import { compareCatalogues } from '../../src/domain/catalogue/compare.ts';
import type { Catalogue } from '../../src/domain/catalogue/document.ts';
import { mergeCatalogue } from '../../src/domain/catalogue/merge.ts';
import {
  hashOfCatalogue,
  printInTurns,
  printJson,
  printYaml,
} from '../../src/domain/catalogue/print.ts';
import { pullCatalogue } from '../../src/domain/catalogue/pull.ts';
import { readInTurns } from '../../src/domain/catalogue/read.ts';
import {
  applyChangeSet,
  type ChangeSet,
  createChangeSet,
  revertChangeSet,
} from '../../src/domain/change-set.ts';
import type { Tenant, Writer } from '../../src/domain/operation.ts';
import { anyone, type World } from '../engines.ts';
import { Random } from '../model/random.ts';
import { anyCatalogue } from './catalogue-generator.ts';

/** Pushes random catalogues onto each other, on every engine alike. */
export class Proof {
  readonly #worlds: readonly World[];
  readonly #tenants: readonly Tenant[];
  #applied = 0;

  private constructor(worlds: readonly World[], tenants: readonly Tenant[]) {
    this.#worlds = worlds;
    this.#tenants = tenants;
  }

  static async open(worlds: readonly World[]): Promise<Proof> {
    const tenants = [];
    for (const world of worlds) tenants.push(await world.newTenant());
    return new Proof(worlds, tenants);
  }

  /** How many change sets were applied. */
  get applied(): number {
    return this.#applied;
  }

  /** The catalogue of a seed comes in the place of what is there. */
  async prove(seed: number): Promise<void> {
    const wanted = anyCatalogue(new Random(seed));
    const asJson = seed % 2 === 0;
    const document = asJson ? printJson(wanted) : printYaml(wanted);
    const read = await readInTurns(document);
    if (printYaml(mergeCatalogue({}, read, 'whole')) !== printYaml(wanted))
      throw new Error(`seed ${seed}: it is read otherwise in turns`);
    const pulled: string[] = [];
    for (const [place, world] of this.#worlds.entries()) {
      const tenant = this.#tenants[place];
      if (!tenant) throw new Error('there is no tenant');
      const site = new Site(world, tenant, seed);
      await site.push(document, wanted);
      pulled.push(printYaml(await site.pull()));
    }
    this.#applied += 1;
    if (new Set(pulled).size > 1) throw new Error(`seed ${seed}: engines differ`);
  }
}

class Site {
  readonly #world: World;
  readonly #tenant: Tenant;
  readonly #seed: number;

  constructor(world: World, tenant: Tenant, seed: number) {
    this.#world = world;
    this.#tenant = tenant;
    this.#seed = seed;
  }

  pull(): Promise<Catalogue> {
    return pullCatalogue(this.#world.store.reader(this.#tenant));
  }

  #write<Result>(work: (writer: Writer) => Promise<Result>): Promise<Result> {
    return this.#world.store.write(this.#tenant, anyone, work);
  }

  async push(document: string, wanted: Catalogue): Promise<void> {
    const before = await this.pull();
    const set = await this.#write((w) => createChangeSet(w, { document, scope: 'whole' }));
    this.#expect(printYaml(await this.pull()) === printYaml(before), 'a draft changed something');
    await this.#apply(set);
    const after = await this.pull();
    this.#same(after, wanted, 'what is there is not what was pushed');
    for (const [format, print] of [
      ['yaml', printYaml],
      ['json', printJson],
    ] as const)
      this.#expect((await printInTurns(after, format)) === print(after), `${format} differs`);
    const promised = set.changes.length === 0 ? before : after;
    this.#same(promised, wanted, 'the preview differs');
    await this.#revert(set, before, after);
  }

  /** There and back again. */
  async #revert(set: ChangeSet, before: Catalogue, after: Catalogue): Promise<void> {
    const back = await this.#write((w) => revertChangeSet(w, set.id));
    await this.#apply(back);
    const restored = await this.pull();
    this.#same(restored, before, 'reverting does not restore');
    this.#expect(
      (await hashOfCatalogue(restored)) === (await hashOfCatalogue(before)),
      'the hash differs',
    );
    const again = await this.#write((w) => revertChangeSet(w, back.id));
    await this.#apply(again);
    this.#same(await this.pull(), after, 'reverting the revert does not restore');
    const violations = await auditInvariants(this.#world.store);
    this.#expect(violations.length === 0, JSON.stringify(violations.slice(0, 3)));
  }

  async #apply(set: ChangeSet): Promise<void> {
    const errors = set.findings.filter(({ severity }) => severity === 'error');
    this.#expect(errors.length === 0, JSON.stringify(errors));
    const applied = await this.#write((w) => applyChangeSet(w, set.id, set.hash, 'admin'));
    this.#expect(applied.status === 'applied', `it is ${applied.status}`);
  }

  #same(one: Catalogue, other: Catalogue, what: string): void {
    if (printYaml(one) === printYaml(other)) return;
    this.#expect(
      false,
      `${what}: ${JSON.stringify(compareCatalogues(one, other)).slice(0, 2_000)}`,
    );
  }

  #expect(isTrue: boolean, what: string): void {
    const engine = this.#world.store.engine.sql.name;
    if (!isTrue) throw new Error(`seed ${this.#seed} on ${engine}: ${what}`);
  }
}
