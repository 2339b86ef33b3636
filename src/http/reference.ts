import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Reply, reply } from '../exchange.ts';
import { type ApiVersion, apiVersions } from '../vocabulary.ts';
import { page } from './page.ts';

/** The REST reference as a page: Swagger UI from disk, with a field for the key that its requests are sent with. */

const { resolve } = createRequire(import.meta.url);

const script = `const key = document.getElementById('key');
const version = document.getElementById('version');
version.addEventListener('change', () => version.form.submit());
SwaggerUIBundle({
  url: '/openapi.json?version=' + version.value,
  dom_id: '#reference',
  deepLinking: true,
  tryItOutEnabled: true,
  requestInterceptor: (request) => {
    if (key.value) request.headers['x-api-key'] = key.value.trim();
    return request;
  },
});
`;

const SCRIPT = 'text/javascript; charset=utf-8';
const fromDisk = (file: string) => () => readFile(resolve(`swagger-ui-dist/${file}`));

const assets = new Map([
  ['swagger-ui.css', { type: 'text/css; charset=utf-8', read: fromDisk('swagger-ui.css') }],
  ['swagger-ui-bundle.js', { type: SCRIPT, read: fromDisk('swagger-ui-bundle.js') }],
  ['reference.js', { type: SCRIPT, read: async () => script }],
]);

/** A file that the page needs; undefined for any other. */
export const referenceAsset = async (name: string): Promise<Reply | undefined> => {
  const asset = assets.get(name);
  if (!asset) return undefined;
  return reply(await asset.read(), asset.type, {
    'cache-control': 'max-age=3600',
  });
};

export const referencePage = (version: ApiVersion): Reply => {
  const options = apiVersions.map((date) => `<option${date === version ? ' selected' : ''}>${date}</option>`);
  return page({
    title: 'REST reference',
    tools: `<form action="/docs"><label>Version <select id="version" name="version">${options.join('')}</select></label></form>
<label>API key <input id="key" type="text" placeholder="ck_…" autocomplete="off" spellcheck="false"></label>`,
    main: '<main id="reference"></main>',
    styles:
      '<link rel="stylesheet" href="/docs/assets/swagger-ui.css">\n<style>.swagger-ui :is(.auth-wrapper, .authorization__btn) { display: none; }</style>\n',
    scripts:
      '<script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/assets/reference.js"></script>',
  });
};
