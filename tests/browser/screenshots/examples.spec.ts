// Takes the pictures of the examples' READMEs: `just screenshots`.
import { join } from 'node:path';
import { NEXTJS, SPA, testOf } from '../support/front-end.ts';
import { Person } from '../support/person.ts';

const images = join(import.meta.dirname, '../../../docs/images');
const look = { viewport: { width: 760, height: 360 }, deviceScaleFactor: 2, colorScheme: 'light' } as const;

const spa = testOf(SPA);
spa.use(look);
spa('the single-page application', async ({ page, belgie: _, frontEnd }) => {
  await page.goto(frontEnd.url);
  await page.getByRole('button', { name: 'Sign in with Google', exact: true }).click();
  await new Person(page).chooseAccount();
  await page.getByText('Signed in as').waitFor();
  await page.screenshot({ path: join(images, 'spa.png') });
});

const nextjs = testOf(NEXTJS);
nextjs.use(look);
nextjs('the Next.js application', async ({ page, belgie: _, frontEnd }) => {
  await page.goto(frontEnd.url);
  await page.getByRole('link', { name: 'Sign in with Google' }).click();
  await new Person(page).chooseAccount();
  await page.getByText('Signed in as').waitFor();
  await page.screenshot({ path: join(images, 'nextjs.png') });
});
