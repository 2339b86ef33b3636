import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, newPostgresDatabase, newSqliteFile, World } from '../engines.ts';
import { Proof } from './proof.ts';

const CATALOGUES = 12;
const first = Number(process.env.CATALOGUES_SEED ?? Math.floor(Math.random() * 2 ** 31));
const replay = `npm run test:catalogues -- --catalogues ${CATALOGUES} --seed ${first}`;

describe('catalogue files', () => {
  const databases: Database[] = [];
  const worlds: World[] = [];
  beforeAll(async () => {
    for (const create of [newSqliteFile, newPostgresDatabase]) {
      const database = await create();
      databases.push(database);
      worlds.push(await World.open(database.url));
    }
  });
  afterAll(async () => {
    for (const world of worlds) await world.close();
    for (const database of databases) await database.remove();
  });

  it(`come in each other's place and back (${replay})`, { timeout: 300_000 }, async () => {
    const proof = await Proof.open(worlds);
    for (let number = 0; number < CATALOGUES; number += 1) await proof.prove(first + number);
    expect(proof.applied).toBe(CATALOGUES);
  });
});
