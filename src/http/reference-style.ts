/**
 * What Swagger UI lacks: colours of enough contrast (WCAG AA), and room for itself on a phone. The
 * key is asked for in the head of the page.
 */
export const referenceStyle = `
  .swagger-ui :is(.auth-wrapper, .authorization__btn) { display: none; }
  .swagger-ui .microlight span[style*="rgb(211, 99, 99)"] { color: #ff9d9d !important; }

  html:not(.dark-mode) {
    & .swagger-ui .info .title small, & .swagger-ui .download-contents { background: #5b6270; }
    & .swagger-ui .info .title small.version-stamp { background: #4c6b00; }
    & .swagger-ui .info .url { color: #2b6cb0; }
    & .swagger-ui .opblock-get .opblock-summary-method { background: #1a6fc4; }
    & .swagger-ui .opblock-post .opblock-summary-method { background: #1f7a4d; }
    & .swagger-ui .opblock-put .opblock-summary-method { background: #a35a00; }
    & .swagger-ui .opblock-patch .opblock-summary-method { background: #0f766e; }
    & .swagger-ui .opblock-delete .opblock-summary-method { background: #c81e1e; }
    & .swagger-ui .btn.execute { background: #2b6cb0; border-color: #2b6cb0; }
    & .swagger-ui .btn.cancel { color: #c02626; border-color: #c02626; }
    & .swagger-ui .parameter__in { color: #595959; }
    & .swagger-ui .renderedMarkdown code { color: #6b00c9; }
    & .swagger-ui .json-schema-2020-12-expand-deep-button { color: #4b4b4b; }
    & .swagger-ui .json-schema-2020-12__constraint { background: #8a5a00; }
  }
  html.dark-mode {
    & .swagger-ui .headers-wrapper .headers td { color: #e4e6e6; }
    & .swagger-ui .opblock .opblock-section-header .try-out__btn.cancel { color: #ffb0b0; border-color: #ffb0b0; }
    & .swagger-ui .opblock.opblock-put .opblock-section-header { background: #5c3a29; }
  }

  @media (max-width: 48rem) {
    .swagger-ui .wrapper { padding: 0 .75rem; box-sizing: border-box; }
    .swagger-ui .opblock-section-header { flex-wrap: wrap; gap: .5rem; }
    .swagger-ui .response-col_links { display: none; }
    .swagger-ui :is(pre, code, td, th, .model) { overflow-wrap: anywhere; }
    .swagger-ui :is(.opblock-body pre, .microlight code) { white-space: pre-wrap !important; }
  }
`;
