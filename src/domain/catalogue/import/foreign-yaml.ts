import { Composer, isAlias, isMap, isNode, isScalar, isSeq, type Node, Parser, Scalar } from 'yaml';
import { invalid } from '../../../errors.ts';
import { isTooDeep } from '../read.ts';
import { refuseLong } from './imported.ts';

/** Aliases let a short text stand for a long one. */
const MOST_NODES = 200_000;
const DEEPEST = 40;

/**
 * A document of YAML as plain values. Numbers are the texts that stand in it, so that none is
 * rounded. Throws a ValidationError that names what is wrong with it.
 */
export const parseYaml = (text: string): unknown => {
  refuseLong(text);
  const tokens = [...new Parser().parse(text)];
  if (isTooDeep(tokens)) throw invalid('document', 'is nested too deeply');
  const options = { prettyErrors: false, uniqueKeys: false, version: '1.2' } as const;
  const [document, second] = new Composer(options).compose(tokens, true, text.length);
  if (!document) throw invalid('document', 'must not be empty');
  const [error] = document.errors;
  if (error) throw invalid('document', `is no YAML: ${error.message.split('\n')[0]}`);
  if (second) throw invalid('document', 'must be one document');
  return new Reading().value(document.contents, []);
};

class Reading {
  readonly #anchors = new Map<string, Node>();
  #nodes = 0;

  value(node: unknown, path: readonly string[]): unknown {
    const place = path.length === 0 ? 'document' : path.join('.');
    this.#nodes += 1;
    if (this.#nodes > MOST_NODES || path.length > DEEPEST)
      throw invalid(place, 'is too large, or nested too deeply');
    if (isAlias(node)) {
      const named = this.#anchors.get(node.source);
      if (!named) throw invalid(place, `has the alias *${node.source}, which names nothing`);
      return this.value(named, path);
    }
    if (isNode(node) && node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isSeq(node))
      return node.items.map((item, index) => this.value(item, [...path, String(index)]));
    if (isMap(node)) {
      const object = {};
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? writtenAs(key) : undefined;
        if (name === undefined) throw invalid(place, 'must have texts as keys');
        if (name === '<<') throw invalid(place, 'must not have merge keys');
        if (Object.hasOwn(object, name)) throw invalid([...path, name].join('.'), 'is there twice');
        // An own member even where it is called `__proto__`.
        Object.defineProperty(object, name, {
          value: this.value(value, [...path, name]),
          enumerable: true,
        });
      }
      return object;
    }
    if (!isScalar(node)) return null;
    return typeof node.value === 'number' || typeof node.value === 'bigint'
      ? writtenAs(node)
      : node.value;
  }
}

const writtenAs = (node: Scalar): string =>
  node.type === Scalar.PLAIN && node.source !== undefined ? node.source : String(node.value);
