import { graphql } from 'relay-runtime';

/**
 * A page with a paginated list, a refetchable fragment of a node, and a mutation, as Relay wants
 * them.
 */

export const plan = graphql`
  fragment PricingPage_plan on Plan @refetchable(queryName: "PricingPagePlanQuery") {
    id
    name
    prices {
      id
      formattedPrice(locale: "de-DE")
      regionalPrices {
        id
        currency
        price
      }
    }
    features {
      id
      enabled
      ...PricingPage_planFeature
    }
  }
`;

export const planFeature = graphql`
  fragment PricingPage_planFeature on PlanFeature @refetchable(queryName: "PricingPagePlanFeatureQuery") {
    includedAmount
    feature {
      id
      name
    }
  }
`;

export const list = graphql`
  fragment PricingPage_list on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" })
  @refetchable(queryName: "PricingPageListQuery") {
    plans(first: $count, after: $cursor) @connection(key: "PricingPage_plans") {
      edges {
        node {
          ...PricingPage_plan
        }
      }
    }
  }
`;

export const query = graphql`
  query PricingPageQuery {
    ...PricingPage_list
  }
`;

export const deletion = graphql`
  mutation PricingPageDeletePlanMutation($planId: ID!, $connections: [ID!]!) {
    deletePlan(planId: $planId) {
      ... on DeletedPlan {
        onList: deletedId @deleteEdge(connections: $connections)
        deletedId @deleteRecord
      }
      ... on Error {
        code
        message
      }
    }
  }
`;

export const addition = graphql`
  mutation PricingPageAddPriceMutation($planId: ID!, $input: AddPlanPriceInput!) {
    addPlanPrice(planId: $planId, input: $input) {
      ... on PlanPrice {
        plan {
          ...PricingPage_plan
        }
      }
      ... on Error {
        code
        message
      }
    }
  }
`;

export const change = graphql`
  mutation PricingPageUpdatePriceMutation($planId: ID!, $priceId: ID!, $input: UpdatePlanPriceInput!) {
    updatePlanPrice(planId: $planId, priceId: $priceId, input: $input) {
      ... on PlanPrice {
        id
        formattedPrice(locale: "de-DE")
        regionalPrices {
          id
          currency
          price
        }
      }
      ... on Error {
        code
        message
      }
    }
  }
`;
