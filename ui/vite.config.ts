import { readFileSync } from 'node:fs';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

// The policy of the window holds in the preview as well, so that what it refuses is seen there.
const shell = JSON.parse(readFileSync(new URL('../tauri.conf.json', import.meta.url), 'utf8')) as {
  app: { security: { csp: string } };
};

// What is built here is embedded into the program. The content policy there allows files only, so nothing is inlined.
export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // `dist/.gitkeep` is in the repository, so that the program compiles before the first build; the same file in
    // `public/` brings it back after the folder was emptied.
    emptyOutDir: true,
  },
  preview: { headers: { 'Content-Security-Policy': shell.app.security.csp } },
  test: {
    // A busy machine that builds Rust beside is slow, not wrong.
    testTimeout: 30_000,
    environment: 'jsdom',
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
  },
});
