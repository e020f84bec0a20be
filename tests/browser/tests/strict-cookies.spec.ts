import { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

test.use({ settings: { COOKIE_SAME_SITE: 'strict' } });

test('a session held in a Strict cookie is known right after the sign-in', async ({ page }) => {
  const person = new Person(page);

  const email = await person.signIn();

  await person.expectSignedIn(email);
});

// The provider is on another site (127.0.0.1), so the browser withholds the earlier session's cookie at the callback.
test('signing in anew ends the session that the browser held', async ({ page, context, playwright, baseURL }) => {
  const person = new Person(page);
  const email = await person.signIn();
  const earlier = await context.cookies();

  await page.goto('/auth/provider/google/signin');
  await person.chooseAccount(email);
  await person.expectSignedIn(email);

  const Cookie = earlier.map(({ name, value }) => `${name}=${value}`).join('; ');
  expect(Cookie).toContain('belgie_session=');
  const holder = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { Cookie } });
  expect((await holder.get('/api/me')).status()).toBe(401);
  await holder.dispose();
});
