import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { priceRules } from '../../src/vocabulary.ts';
import { type Database, newPostgresDatabase, newSqliteFile } from '../engines.ts';
import { Proof } from './proof.ts';

const CATALOGUES = 30;
const CONTEXTS = 8;
const first = Number(process.env.PRICES_SEED ?? Math.floor(Math.random() * 2 ** 31));
const replay = `npm run test:prices -- --catalogues ${CATALOGUES} --contexts ${CONTEXTS} --seed ${first}`;

describe('the price of a visitor', () => {
  const databases: Database[] = [];
  let proof: Proof;
  beforeAll(async () => {
    databases.push(await newSqliteFile(), await newPostgresDatabase());
    const [sqlite, postgres] = databases;
    if (!sqlite || !postgres) throw new Error('there are no databases');
    const seeds = Array.from({ length: CATALOGUES }, (_, number) => first + number);
    proof = await Proof.open(sqlite, postgres, seeds);
  }, 120_000);
  afterAll(async () => {
    await proof.close();
    for (const database of databases) await database.remove();
  });

  it(`is what the rules say in random catalogues (${replay})`, { timeout: 300_000 }, async () => {
    await proof.prove(CONTEXTS);
    const matched = [...proof.matched.keys()].map((rule) => rule.toLowerCase());
    expect(matched.toSorted()).toEqual([...priceRules].toSorted());
  });
});
