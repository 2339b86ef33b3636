import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Size } from '../src/budget.ts';
import { metadataLimits } from '../src/metadata.ts';

/** Where a selection stands. */
interface Place {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

/** An extension of fields whose value no rule keeps short. */
export const anyLength = { anyLength: true };

/**
 * Bytes of a value as JSON, with its punctuation: 2 000 characters, each up to six bytes long when
 * it is escaped.
 */
const BYTES_OF_TEXT = 12_100;
/** Numbers, moments, names of types and of enum values. */
const BYTES_OF_OTHER_VALUES = 100;
const bytesByType = new Map([
  ['String', BYTES_OF_TEXT],
  ['ID', BYTES_OF_TEXT],
  ['JSONObject', metadataLimits.bytes],
]);

const bytesOfValue = ({ type, extensions }: GraphQLField<unknown, unknown>): number => {
  const named = getNamedType(type);
  if (isCompositeType(named)) return BYTES_OF_OTHER_VALUES;
  if (extensions.anyLength === true || isListType(getNullableType(type)))
    return Number.POSITIVE_INFINITY;
  return bytesByType.get(named.name) ?? BYTES_OF_OTHER_VALUES;
};

const bytesOfMetaField = (name: string): number =>
  name === '__typename' ? BYTES_OF_OTHER_VALUES : Number.POSITIVE_INFINITY;

const NOTHING: Size = { fields: 0, bytes: 0 };

const sum = (one: Size, other: Size): Size => ({
  fields: one.fields + other.fields,
  bytes: one.bytes + other.bytes,
});

const larger = (one: Size, other: Size): Size => ({
  fields: Math.max(one.fields, other.fields),
  bytes: Math.max(one.bytes, other.bytes),
});

const applies = (
  condition: NamedTypeNode | undefined,
  type: GraphQLObjectType,
  schema: GraphQLSchema,
): boolean => {
  if (!condition || condition.name.value === type.name) return true;
  const abstract = schema.getType(condition.name.value);
  return isAbstractType(abstract) && schema.isSubType(abstract, type);
};

const ofSelections = (
  place: Place,
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
): Size =>
  selections.reduce((size, selection) => {
    if (selection.kind === Kind.FIELD) return sum(size, ofField(place, type, selection));
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? place.fragments[selection.name.value] : selection;
    if (!fragment || !applies(fragment.typeCondition, type, place.schema)) return size;
    return sum(size, ofSelections(place, type, fragment.selectionSet));
  }, NOTHING);

const ofField = (
  place: Place,
  type: GraphQLObjectType,
  { name, alias, selectionSet }: FieldNode,
): Size => {
  const field = type.getFields()[name.value];
  const bytes =
    (alias ?? name).value.length + (field ? bytesOfValue(field) : bytesOfMetaField(name.value));
  const itself = { fields: 1, bytes };
  if (!field || !selectionSet || isListType(getNullableType(field.type))) return itself;
  const named = getNamedType(field.type);
  return isCompositeType(named) ? sum(itself, ofType(place, named, selectionSet)) : itself;
};

const ofType = (place: Place, type: GraphQLCompositeType, selectionSet: SelectionSetNode): Size =>
  isObjectType(type)
    ? ofSelections(place, type, selectionSet)
    : place.schema
        .getPossibleTypes(type)
        .map((possible) => ofSelections(place, possible, selectionSet))
        .reduce(larger, NOTHING);

/** Documents are cached, and with them their nodes. */
const known = new WeakMap<FieldNode | OperationDefinitionNode, Size>();

/** What an operation answers at most, without what stands in lists. */
export const sizeOfOperation = (
  schema: GraphQLSchema,
  { definitions }: DocumentNode,
  operation: OperationDefinitionNode,
): Size => {
  const counted = known.get(operation);
  if (counted) return counted;
  const fragments = Object.fromEntries(
    definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  );
  const type = schema.getRootType(operation.operation);
  const size = type ? ofSelections({ schema, fragments }, type, operation.selectionSet) : NOTHING;
  known.set(operation, size);
  return size;
};

type Info = Place & {
  readonly fieldNodes: readonly FieldNode[];
  readonly returnType: GraphQLField<unknown, unknown>['type'];
};

const sizeBelow = (info: Info, node: FieldNode): Size => {
  const counted = known.get(node);
  if (counted) return counted;
  const type = getNamedType(info.returnType);
  const size =
    node.selectionSet && isCompositeType(type) ? ofType(info, type, node.selectionSet) : NOTHING;
  known.set(node, size);
  return size;
};

/**
 * What a selection answers at most for each object. What stands in lists inside it is not counted.
 */
export const sizeOfObject = (info: Info): Size => {
  const [node, ...more] = info.fieldNodes;
  const size = node ? sizeBelow(info, node) : NOTHING;
  return more.length === 0
    ? size
    : more.reduce((all, other) => sum(all, sizeBelow(info, other)), size);
};
