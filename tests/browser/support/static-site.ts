import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** Serves a single-page application from a folder: files by their names, and its page for every other path. */
export async function withStaticSite(
  folder: string,
  site: { port: number; settings: object; policy: string },
  work: () => Promise<void>,
): Promise<void> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = extname(pathname) in TYPES ? pathname : '/index.html';
    const body = name === '/settings.json' ? JSON.stringify(site.settings) : await readFile(join(folder, name)).catch(() => undefined);
    response.writeHead(body === undefined ? 404 : 200, {
      'Content-Type': TYPES[extname(name)] ?? 'text/plain',
      'Content-Security-Policy': site.policy,
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(site.port, 'localhost', resolve));
  try {
    await work();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
