import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The pages as static files in `dist/site`, every path relative so that they may stand under any root. */
export default defineConfig({
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: 'dist/site',
    emptyOutDir: true,
    // Nothing is inlined as data: the pages live under `default-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    reportCompressedSize: false,
  },
});
