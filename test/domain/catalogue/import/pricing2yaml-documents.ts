/** Documents of Pricing2Yaml that researchers made of real price lists, shortened. */

export const slack = `saasName: slack
syntaxVersion: '2.1'
version: 2024-7-2
createdAt: '2024-07-02'
currency: USD
variables: {}
features:
  messagesAccess:
    description: 90-day message history
    valueType: BOOLEAN
    defaultValue: true
    type: DOMAIN
  canvas:
    description: 'Slack Canvas: LIMITED or FULL.'
    valueType: TEXT
    defaultValue: LIMITED
    type: DOMAIN
  standardWorkflows:
    valueType: BOOLEAN
    defaultValue: false
    type: AUTOMATION
    automationType: TASK_AUTOMATION
  premiumWorkflows:
    valueType: BOOLEAN
    defaultValue: false
    type: AUTOMATION
    automationType: TASK_AUTOMATION
  adminAnalyticsAPI:
    valueType: BOOLEAN
    defaultValue: false
    type: INTEGRATION
    integrationType: API
  support:
    description: Access to customer support.
    valueType: TEXT
    defaultValue: Standard support
    type: SUPPORT
usageLimits:
  useMessagesAccess:
    description: The number of days you can access message and file information.
    valueType: NUMERIC
    defaultValue: 90
    unit: message
    type: NON_RENEWABLE
    linkedFeatures:
      - messagesAccess
  useWorkflowsPremium:
    description: The number of premium workflow executions per month.
    valueType: NUMERIC
    defaultValue: 1000
    unit: execution/month
    type: RENEWABLE
    linkedFeatures:
      - premiumWorkflows
  useWorkflows:
    description: The number of workflows that can be published, both standard and premium.
    valueType: NUMERIC
    defaultValue: 10000000000000
    unit: workflow
    type: NON_RENEWABLE
    linkedFeatures:
      - standardWorkflows
      - premiumWorkflows
plans:
  FREE:
    description: The fastest and easiest way to try Slack.
    monthlyPrice: 0
    annualPrice: 0
    unit: user/month
    features: null
    usageLimits: null
    price: 0
  BUSINESS_PLUS:
    monthlyPrice: 15
    annualPrice: 12.5
    unit: user/month
    features:
      standardWorkflows:
        value: true
      premiumWorkflows:
        value: true
      adminAnalyticsAPI:
        value: true
      support:
        value: 24/7 support with an initial response time of 4 hours
    usageLimits:
      useMessagesAccess:
        value: 10000000000000
      useWorkflowsPremium:
        value: 2000
    price: 15
  ENTERPRISE_GRID:
    monthlyPrice: Contact Sales
    annualPrice: Contact Sales
    unit: user/month
    features:
      premiumWorkflows:
        value: true
    usageLimits:
      useWorkflowsPremium:
        value: 5000
    price: Contact Sales
addOns:
  slackAI:
    availableFor:
      - BUSINESS_PLUS
    monthlyPrice: Contact Sales
    unit: USD/user
    price: Contact Sales
`;

export const shopify = `syntaxVersion: '2.1'
saasName: Shopify
createdAt: '2025-02-25'
version: '2025-02-25'
currency: USD
billing:
  monthly: 1
  annual: 0.75
tags:
  - Core features
  - Shopify Payments
url: https://www.shopify.com/pricing
features:
  checkout:
    description: Equip your store with a world-class checkout.
    valueType: BOOLEAN
    defaultValue: true
    type: DOMAIN
    tag: Core features
  additionalStaffAccounts:
    valueType: BOOLEAN
    defaultValue: false
    type: DOMAIN
    tag: Core features
  24/7support:
    valueType: TEXT
    defaultValue: Live chat
    type: SUPPORT
    tag: Core features
  onlineStandardCardRates:
    valueType: TEXT
    defaultValue: 2.9% + 30¢
    type: DOMAIN
    tag: Shopify Payments
  transactionFees:
    valueType: BOOLEAN
    defaultValue: true
    type: DOMAIN
    tag: Shopify Payments
  api:
    valueType: BOOLEAN
    defaultValue: true
    type: INTEGRATION
    integrationType: API
  customApps:
    valueType: BOOLEAN
    defaultValue: true
    type: INTEGRATION
    integrationType: API
usageLimits:
  additionalStaffAccountsLimit:
    valueType: NUMERIC
    defaultValue: 0
    unit: staff account
    type: NON_RENEWABLE
    linkedFeatures:
      - additionalStaffAccounts
  checkoutCapacity:
    description: Let more shoppers check out simultaneously during big sales events.
    valueType: TEXT
    defaultValue: Standard
    unit: location
    type: NON_RENEWABLE
    linkedFeatures:
      - checkout
  transactionFeeRates:
    valueType: NUMERIC
    defaultValue: 0.02
    type: NON_RENEWABLE
    linkedFeatures:
      - transactionFees
  customAppsRestrictions:
    valueType: TEXT
    defaultValue: Limited data access (no PII)
    type: NON_RENEWABLE
    linkedFeatures:
      - api
      - customApps
plans:
  BASIC:
    description: For solo entrepreneurs
    price: 39
    features: null
    usageLimits: null
  PLUS:
    description: For more complex businesses
    price: 2300
    features:
      additionalStaffAccounts:
        value: true
      24/7support:
        value: Priority support by phone or live chat
      onlineStandardCardRates:
        value: Most competitive rates
    usageLimits:
      additionalStaffAccountsLimit:
        value: .inf
      checkoutCapacity:
        value: 40x
      transactionFeeRates:
        value: 0.002
      customAppsRestrictions:
        value: Full data access
addOns:
  TAX_PLATFORM:
    price: Contact sales
  SHOPIFY_POS_PRO:
    price: 89
    availableFor:
      - BASIC
    unit: location
`;

export const planable = `saasName: Planable
syntaxVersion: '2.1'
version: '2023-10-20'
createdAt: '2023-10-20'
currency: USD
variables: {}
features:
  posts:
    description: ''
    valueType: BOOLEAN
    defaultValue: true
    type: DOMAIN
  publishTweets:
    description: ''
    valueType: BOOLEAN
    defaultValue: true
    type: DOMAIN
  paymentOptions:
    description: ''
    valueType: TEXT
    defaultValue:
      - CARD
    type: PAYMENT
usageLimits:
  postsLimit:
    description: ''
    valueType: NUMERIC
    defaultValue: 1000000000000
    unit: posts
    type: NON_RENEWABLE
    linkedFeatures:
      - posts
  postsPerMonthLimit:
    description: ''
    valueType: NUMERIC
    defaultValue: 10000000
    unit: posts/month
    type: RENEWABLE
    linkedFeatures:
      - posts
  tweetsLimit:
    description: ''
    valueType: NUMERIC
    defaultValue: 1
    unit: tweet/page/day
    type: RENEWABLE
    linkedFeatures:
      - publishTweets
plans:
  FREE:
    description: For anyone wanting to test Planable out
    monthlyPrice: 0
    annualPrice: 0
    unit: /month
    features: null
    usageLimits:
      postsLimit:
        value: 50
    price: 0
  PRO:
    description: For growing social media teams
    monthlyPrice: 26
    annualPrice: 22
    unit: user/month
    features: null
    usageLimits:
      tweetsLimit:
        value: 1000000000000
    price: 26
  ENTERPRISE:
    description: For large social media teams wanting to scale
    monthlyPrice: Custom
    annualPrice: Custom
    unit: user/month
    features:
      paymentOptions:
        value:
          - CARD
          - ACH
          - WIRE_TRANSFER
          - GATEWAY
    price: Custom
addOns:
  extraWorkspace:
    description: Add an extra workspace to your account.
    availableFor:
      - PRO
    monthlyPrice: 20
    annualPrice: 17
    unit: workspace/month
    price: 20
`;

export const petClinic = `saasName: PetClinic
version: "2.0"
createdAt: "2024-01-15"
currency: EUR
hasAnnualPayment: false
features:
  pets:
    description: Pets description
    valueType: BOOLEAN
    defaultValue: true
    expression: userContext['pets'] < planContext['usageLimits']['maxPets']
    serverExpression: userContext['pets'] <= planContext['usageLimits']['maxPets']
    type: DOMAIN
  visits:
    valueType: BOOLEAN
    defaultValue: true
    type: DOMAIN
  supportPriority:
    valueType: TEXT
    defaultValue: LOW
    type: SUPPORT
  haveCalendar:
    valueType: BOOLEAN
    defaultValue: false
    type: DOMAIN
usageLimits:
  maxPets:
    description: ''
    valueType: NUMERIC
    defaultValue: 2
    unit: pet
    type: NON_RENEWABLE
    linkedFeatures:
    - pets
  maxVisitsPerMonthAndPet:
    description: ''
    valueType: NUMERIC
    defaultValue: 1
    unit: visit
    type: RENEWABLE
    linkedFeatures:
    - visits
plans:
  BASIC:
    description: Basic plan
    monthlyPrice: 0.0
    annualPrice: 0.0
    unit: user/month
  GOLD:
    description: Advanced plan
    monthlyPrice: 5.0
    annualPrice: 5.0
    unit: user/month
    features:
      supportPriority:
        value: MEDIUM
      haveCalendar:
        value: true
    usageLimits:
      maxPets:
        value: 4
      maxVisitsPerMonthAndPet:
        value: 3
addOns:
  petAdoptionCentre:
    price: 15.95
    unit: user/month
`;
