import { describe, it } from 'vitest';
import { onEveryEngine } from '../engines.ts';
import { Life } from './life.ts';

const OPERATIONS = 2_000;
const OPERATIONS_BETWEEN_AUDITS = 10;

onEveryEngine('A catalogue under random operations', (world) => {
  const seed = Number(process.env.MODEL_SEED ?? Math.floor(Math.random() * 2 ** 31));

  describe(`from seed ${seed}`, () => {
    it('is what the model says', { timeout: 900_000 }, async () => {
      const life = await Life.begin(world(), seed);
      try {
        for (let number = 0; number < OPERATIONS; number += 1) {
          await life.step(number);
          if (number % OPERATIONS_BETWEEN_AUDITS === 0) await life.audit();
        }
        await life.inspect();
      } finally {
        await life.end();
      }
    });
  });
});
