import { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a person signs in, is known, and signs out', async ({ page }) => {
      const person = new Person(page);

      const email = await person.signIn();
      await page.goto('/');
      await expect(page.getByText(email).first()).toBeVisible();

      await page.goto('/dashboard');
      await person.signOut();
      await person.expectSignedOut();
    });

    test('a person who refuses at the provider sees that and can try again', async ({ page }) => {
      const person = new Person(page);
      await person.chooseProvider(/google/i);

      await page.getByRole('button', { name: /cancel|deny|refuse/i }).or(page.getByRole('link', { name: /cancel|deny|refuse/i })).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(/cancel/i);
      expect((await page.request.get('/api/me')).status()).toBe(401);

      await page.getByRole('link', { name: /try google again/i }).click();
      await person.expectSignedIn(await person.chooseAccount());
    });
  });
}

test('the browser shows who is signed in at /api/me', async ({ page }) => {
  const email = await new Person(page).signIn();

  await page.goto('/api/me');

  expect(JSON.parse(await page.locator('pre').innerText())).toMatchObject({ email, role: 'user' });
});

test('the session cookie is out of reach of scripts and of other sites', async ({ page, context }) => {
  await new Person(page).signIn();

  const cookie = (await context.cookies()).find(({ name }) => name === 'belgie_session');

  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', domain: 'localhost' });
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

test('the callback leaves neither code nor state in the address or the history', async ({ page }) => {
  await new Person(page).signIn();

  expect(new URL(page.url()).search).toBe('');
  await page.goBack();
  expect(page.url()).not.toContain('code=');
});

test('two tabs sign in at the same time', async ({ page, context }) => {
  const [first, second] = [new Person(page), new Person(await context.newPage())];
  await first.chooseProvider(/google/i);
  await second.chooseProvider(/google/i);

  await first.expectSignedIn(await first.chooseAccount());
  await second.expectSignedIn(await second.chooseAccount());
});

test('the keyboard alone is enough', async ({ page }) => {
  const person = new Person(page);
  const follow = async (name: RegExp): Promise<void> => {
    const wanted = page.getByRole('link', { name }).or(page.getByRole('button', { name })).first();
    await expect(wanted).toBeVisible();
    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press('Tab');
      if (await wanted.evaluate((element) => element === document.activeElement)) return page.keyboard.press('Enter');
    }
    throw new Error(`the keyboard does not reach ${name}`);
  };

  await page.goto('/');
  await follow(/sign in/i);
  await expect(page).toHaveURL(/\/signin/);
  await follow(/google/i);
  await follow(/@/);
  await expect(page).toHaveURL(/\/dashboard$/);

  await follow(/^sign out$/i);
  await expect(page).toHaveURL(/\/$/);
  await person.expectSignedOut();
});

test('after signing out the back button shows nothing of the person', async ({ page }) => {
  const person = new Person(page);
  const email = await person.signIn();
  await person.signOut();

  await page.goBack();

  await expect(page.getByText(email)).toHaveCount(0);
});

test('who is signed in already is not asked to sign in', async ({ page }) => {
  await new Person(page).signIn();

  await page.goto('/signin');

  await expect(page).toHaveURL(/\/dashboard$/);
});

test('everybody whom the local provider offers can sign in', async ({ page, context }) => {
  const person = new Person(page);
  await person.chooseProvider(/google/i);
  const accounts = await page.getByRole('button', { name: /@/ }).allInnerTexts();
  expect(accounts.length).toBeGreaterThan(1);

  for (const account of accounts) {
    const [email] = /\S+@\S+/.exec(account) ?? [''];
    await context.clearCookies();
    await person.signIn(email);
  }
});

test('an account that the local provider does not list is typed there', async ({ page }) => {
  const person = new Person(page);

  await person.chooseProvider(/google/i);
  await person.typeAccount('new.person@gmail.com', 'New Person');

  await person.expectSignedIn('new.person@gmail.com');
  await expect(page.getByText('New Person').first()).toBeVisible();
});
