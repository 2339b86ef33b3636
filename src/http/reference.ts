import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Encodings } from '../content-coding.ts';
import { type GatewayResponse, responseOf } from '../response.ts';
import { type ApiVersion, apiVersions } from '../vocabulary.ts';
import { type AddressOf, page } from './page.ts';
import { referenceStyle } from './reference-style.ts';

/**
 * The REST reference as a page: Swagger UI from disk, with a field for the key that its requests
 * are sent with.
 */

const { resolve } = createRequire(import.meta.url);

const script = `const darkness = matchMedia('(prefers-color-scheme: dark)');
const followDarkness = () => document.documentElement.classList.toggle('dark-mode', darkness.matches);
darkness.addEventListener('change', followDarkness);
followDarkness();
const key = document.getElementById('key');
const version = document.getElementById('version');
version.addEventListener('change', () => version.form.submit());
SwaggerUIBundle({
  url: new URL('../../openapi.json?version=' + version.value, document.currentScript.src).href,
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

const files = new Map<string, { type: string; read: () => Promise<Uint8Array> }>([
  ['swagger-ui.css', { type: 'text/css; charset=utf-8', read: fromDisk('swagger-ui.css') }],
  ['swagger-ui-bundle.js', { type: SCRIPT, read: fromDisk('swagger-ui-bundle.js') }],
  ['reference.js', { type: SCRIPT, read: async () => Buffer.from(script) }],
]);

/** Each is in memory once, however many connections take it. */
const assets = new Map<string, GatewayResponse>();

/** A file that the page needs; undefined for any other. */
export const referenceAsset = async (name: string): Promise<GatewayResponse | undefined> => {
  const file = files.get(name);
  const known = assets.get(name);
  if (known || !file) return known;
  const content = await file.read();
  const asset =
    assets.get(name) ??
    responseOf(content, file.type, { 'cache-control': 'max-age=3600' }).withEncodings(
      new Encodings(),
    );
  assets.set(name, asset);
  return asset;
};

export const referencePage = (version: ApiVersion, at: AddressOf): GatewayResponse => {
  const options = apiVersions.map(
    (date) => `<option${date === version ? ' selected' : ''}>${date}</option>`,
  );
  return page(
    {
      title: 'REST reference',
      tools: `<form action="${at('/docs')}"><label>Version <select id="version" name="version">${options.join('')}</select></label></form>
<label>API key <input id="key" type="text" placeholder="ck_…" autocomplete="off" spellcheck="false"></label>`,
      // Swagger UI draws the one main of the page.
      main: '<div id="reference"></div>',
      styles: `<link rel="stylesheet" href="${at('/docs/assets/swagger-ui.css')}">\n<style>${referenceStyle}</style>\n`,
      scripts: `<script src="${at('/docs/assets/swagger-ui-bundle.js')}"></script><script src="${at('/docs/assets/reference.js')}"></script>`,
    },
    at,
  );
};
