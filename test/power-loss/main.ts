import { parseArgs } from 'node:util';
import { Build } from '../server-process.ts';
import { PowerLossSite } from './site.ts';
import { canTrace } from './trace.ts';

/** The long form. The seed decides when the power is cut, and what is left on the disk. */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    writes: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});

if (!(await canTrace())) throw new Error('strace is not installed here, or may not watch');
const build = await Build.make();
console.log(`seed ${values.seed}`);
const site = await PowerLossSite.record(build, Number(values.writes), Number(values.seed));
try {
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    await site.round();
    console.log(`round ${round} of ${values.rounds}: ${JSON.stringify(site.tally)}`);
  }
} finally {
  await site.close();
  await build.remove();
}
