import { defineConfig } from 'vite';

// The page works in any folder of a site. It has its style and its words from the plain example.
export default defineConfig({ base: './', server: { fs: { allow: ['..'] } } });
