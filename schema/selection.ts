import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
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

/** Where a selection stands. */
interface Place {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

const applies = (condition: NamedTypeNode | undefined, type: GraphQLObjectType, schema: GraphQLSchema): boolean => {
  if (!condition || condition.name.value === type.name) return true;
  const abstract = schema.getType(condition.name.value);
  return isAbstractType(abstract) && schema.isSubType(abstract, type);
};

const ofObject = (place: Place, type: GraphQLObjectType, selectionSet: SelectionSetNode): number => {
  const { schema, fragments } = place;
  let fields = 0;
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) {
      fields += 1;
      const field = type.getFields()[selection.name.value];
      if (field && selection.selectionSet) fields += belowField(place, field.type, selection.selectionSet);
      continue;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
    if (fragment && applies(fragment.typeCondition, type, schema))
      fields += ofObject(place, type, fragment.selectionSet);
  }
  return fields;
};

const belowField = (place: Place, type: GraphQLOutputType, selectionSet: SelectionSetNode): number => {
  if (isListType(getNullableType(type))) return 0;
  const named = getNamedType(type);
  return isCompositeType(named) ? ofType(place, named, selectionSet) : 0;
};

const ofType = (place: Place, type: GraphQLCompositeType, selectionSet: SelectionSetNode): number =>
  isObjectType(type)
    ? ofObject(place, type, selectionSet)
    : Math.max(...place.schema.getPossibleTypes(type).map((possible) => ofObject(place, possible, selectionSet)));

/** Documents are cached, and with them their nodes. */
const known = new WeakMap<FieldNode | OperationDefinitionNode, number>();

/** How many fields an operation answers at most, without what stands in lists. */
export const fieldsOfOperation = (
  schema: GraphQLSchema,
  { definitions }: DocumentNode,
  operation: OperationDefinitionNode,
): number => {
  let counted = known.get(operation);
  if (counted === undefined) {
    const fragments = Object.fromEntries(
      definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
    );
    const type = schema.getRootType(operation.operation);
    counted = type ? ofObject({ schema, fragments }, type, operation.selectionSet) : 0;
    known.set(operation, counted);
  }
  return counted;
};

/** How many fields a selection answers for each object, at most. What stands in lists inside it is not counted. */
export const fieldsOutsideLists = (
  info: Place & { readonly fieldNodes: readonly FieldNode[]; readonly returnType: GraphQLOutputType },
): number => {
  let fields = 0;
  for (const node of info.fieldNodes) {
    let counted = known.get(node);
    if (counted === undefined) {
      const type = getNamedType(info.returnType);
      counted = node.selectionSet && isCompositeType(type) ? ofType(info, type, node.selectionSet) : 0;
      known.set(node, counted);
    }
    fields += counted;
  }
  return fields;
};
