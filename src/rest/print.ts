import { setImmediate as others } from 'node:timers/promises';

/** To write a long list takes its time: between two slices of it, others get their turn. */
const SLICE = 50;

/** Does the same with each item of a list. */
export const inTurns = async <Item, Result>(items: Iterable<Item>, work: (item: Item) => Result): Promise<Result[]> => {
  const results: Result[] = [];
  for (const item of items) {
    results.push(work(item));
    if (results.length % SLICE === 0) await others();
  }
  return results;
};

/** The JSON of an object with a long list in it, as bytes: to encode it as a whole would take its time once more. */
export const printList = async (list: object): Promise<Uint8Array> => {
  const pieces: Uint8Array[] = [];
  const print = (text: string) => pieces.push(Buffer.from(text));
  for (const [name, value] of Object.entries(list)) {
    print(`${pieces.length === 0 ? '{' : ','}${JSON.stringify(name)}:`);
    if (Array.isArray(value)) {
      let before = '[';
      await inTurns(value, (item) => {
        print(before + JSON.stringify(item));
        before = ',';
      });
      print(value.length === 0 ? '[]' : ']');
    } else print(JSON.stringify(value));
  }
  print('}');
  return Buffer.concat(pieces);
};
