import { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

test('a user whom the operator disables is out at the next click, and stays out', async ({ page, belgie }) => {
  const person = new Person(page);
  const email = await person.signIn();

  await belgie.command('user', 'disable', email);
  await person.expectSignedOut();
  await person.chooseProvider(/google/i);
  await person.chooseAccount(email);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/disabled/i);

  await belgie.command('user', 'enable', email);
  await person.signIn(email);
});

test('a role given by the operator shows at the next request', async ({ page, belgie }) => {
  const email = await new Person(page).signIn();

  await belgie.command('user', 'set-role', email, 'admin');
  await page.reload();

  await expect(page.getByText('admin', { exact: true })).toBeVisible();
  expect(await (await page.request.get('/api/me')).json()).toMatchObject({ role: 'admin' });
});

test('a session ended by the operator is over', async ({ page, belgie }) => {
  const person = new Person(page);
  const email = await person.signIn();

  await belgie.command('session', 'revoke', '--user', email);

  await person.expectSignedOut();
});

test.describe('when registration is closed', () => {
  test.use({ settings: { REGISTRATION: 'closed' } });

  test('only who is known already gets in', async ({ page, belgie }) => {
    const person = new Person(page);
    await belgie.command('user', 'create', 'june@gmail.com');

    await person.chooseProvider(/google/i);
    await person.typeAccount('stranger@gmail.com', 'Stranger');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/closed/i);
    expect((await page.request.get('/api/me')).status()).toBe(401);

    await person.chooseProvider(/google/i);
    await person.typeAccount('june@gmail.com', 'June');
    await person.expectSignedIn('june@gmail.com');
  });
});
