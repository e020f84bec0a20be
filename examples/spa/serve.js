// Compiles the page and serves it: a stand-in for any static host.
import { context } from 'esbuild';

const { BELGIE_URL = 'http://localhost:8000', PORT = '5173' } = process.env;

const page = await context({
  entryPoints: ['src/main.ts'],
  outdir: 'public',
  bundle: true,
  format: 'esm',
  write: false,
  define: { BELGIE_URL: JSON.stringify(BELGIE_URL) },
});
await page.serve({ servedir: 'public', host: '127.0.0.1', port: Number(PORT) });
console.log(`open http://localhost:${PORT}`);
