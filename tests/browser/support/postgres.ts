import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

/** Runs `work` with the address of an empty PostgreSQL database of its own. */
export async function withPostgresDatabase(work: (url: string) => Promise<void>): Promise<void> {
  const server = process.env.BELGIE_TEST_POSTGRES_URL;
  if (!server) throw new Error('BELGIE_TEST_POSTGRES_URL is not set: run scripts/test browser, or scripts/with-postgres');
  const name = `belgie_browser_${randomBytes(6).toString('hex')}`;
  await statement(server, `CREATE DATABASE ${name}`);
  try {
    const database = new URL(server);
    database.pathname = `/${name}`;
    await work(database.href);
  } finally {
    await statement(server, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

async function statement(server: string, sql: string): Promise<void> {
  await promisify(execFile)('psql', ['--no-psqlrc', '--quiet', '--command', sql, server]);
}
