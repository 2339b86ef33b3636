/**
 * The look of our pages. Rules for text are bound to `main.text`, so that none reaches into Swagger
 * UI.
 */
export const pageStyle = `
  :root {
    color-scheme: light dark;
    --paper: #fff; --ink: #1f2430; --faint: #566070; --line: #e2e5ea; --code: #f1f3f7; --link: #4338ca;
    --bar: #1f2430; --on-bar: #fff; --field: #fff; --field-line: #6b7280;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --paper: #1c2022; --ink: #e4e6e6; --faint: #a9b1b6; --line: #3a4145; --code: #2b3134; --link: #a5b4fc;
      --bar: #121516; --on-bar: #e4e6e6; --field: #24292c; --field-line: #7d878d;
    }
  }
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
  body > header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; padding: .75rem 1.5rem; background: var(--bar); color: var(--on-bar); }
  body > header a { color: inherit; text-decoration: none; }
  body > header a:hover { text-decoration: underline; }
  body > header .name { font-weight: 600; margin-right: auto; }
  body > header form { display: contents; }
  body > header label { display: flex; gap: .5rem; align-items: center; font-size: .875rem; white-space: nowrap; }
  body > header :is(input, select) { font: inherit; min-width: 0; padding: .25rem .5rem; color: var(--ink); background: var(--field); border: 1px solid var(--field-line); border-radius: .25rem; }
  body > header input { width: 22rem; }
  main.text { max-width: 52rem; margin: 2rem auto; padding: 0 1.5rem; overflow-wrap: break-word; }
  main.text a { color: var(--link); }
  main.text h1 { line-height: 1.25; overflow-wrap: anywhere; }
  main.text code { background: var(--code); border-radius: .25rem; padding: .1rem .3rem; font-size: .9em; }
  main.text h1 code { font-size: 1em; }
  main.text pre { overflow-x: auto; margin: .5rem 0; padding: .75rem 1rem; background: var(--code); border-radius: .25rem; line-height: 1.4; }
  main.text pre code { padding: 0; background: none; }
  main.text .faint { color: var(--faint); }
  main.text dt { font-weight: 600; margin-top: 1rem; }
  main.text dd { margin: 0; }
  main.text .codes { list-style: none; margin: 1.5rem 0; padding: 0; }
  main.text .codes li { display: grid; grid-template-columns: 16rem 4.5rem 1fr; gap: .25rem .75rem; padding: .6rem 0; border-top: 1px solid var(--line); }
  @media (max-width: 48rem) {
    body > header { padding: .75rem 1rem; }
    body > header label { order: 1; width: 100%; }
    body > header :is(input, select) { flex: 1; }
    main.text { padding: 0 1rem; }
    main.text .codes li { grid-template-columns: 1fr auto; }
    main.text .codes .meaning { grid-column: 1 / -1; }
  }
`;
