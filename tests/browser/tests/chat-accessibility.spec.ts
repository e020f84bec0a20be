import { expectAccessible } from '../support/accessible.ts';
import { ChatPerson, expect, test } from '../support/chat.ts';

const VIEWS = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'on a phone': { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true },
  'at 320 pixels': { viewport: { width: 320, height: 640 } },
} as const;

for (const [view, options] of Object.entries(VIEWS)) {
  test.describe(view, () => {
    test.use(options);

    test('every page is accessible', async ({ page, server }) => {
      const jane = new ChatPerson(page);
      const check = async (heading: string | RegExp) => {
        await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
        await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
        await expectAccessible(page);
        expect(await page.evaluate(scrollingSideways), 'what scrolls sideways').toEqual([]);
      };
      await page.goto('/signin?notice=ended');
      await expect(page.getByRole('button', { name: /sign in with google/i })).toBeVisible();
      await check('Sign in to Chat');
      await page.goto('/signin-failed?error=account_disabled&provider=google');
      await check('Your account is disabled');
      await page.goto('/');
      await jane.signIn('jane@example.com');
      await expect(page.getByRole('navigation').getByRole('link')).toHaveCount(1);
      await check('Your conversations');
      await jane.beginConversation();
      await jane.say(`A word that is long: ${'Donaudampfschifffahrtsgesellschaft'.repeat(5)}`);
      await jane.expectAnswer('A word that is long');
      await jane.field.fill('x'.repeat(70_000));
      await check(/A word that is long/);
      await jane.field.fill('');
      await page.goto('/people');
      await expect(page.getByRole('button', { name: 'Disable' })).toBeVisible();
      await server.sql('UPDATE belgie_sessions SET authenticated_at = 0');
      await page.getByRole('button', { name: 'Disable' }).click();
      await expect(page.getByRole('button', { name: 'Confirm' })).toBeVisible();
      await check('People');
      await page.goto('/forbidden');
      await check('You do not have access to this page');
      await page.goto('/nowhere');
      await check('Page not found');
      await page.goto('/c/00000000-0000-0000-0000-000000000000');
      await check('Conversation');
      await server.stop();
      await page.goto('/');
      await expect(page.getByText('The server cannot be reached. Trying again…')).toBeVisible();
      await expectAccessible(page);
      await server.start();
      await check('Your conversations');
    });
  });
}

/** The page itself never scrolls: its parts do. */
function scrollingSideways(): string[] {
  const wide = [...document.querySelectorAll('main, main *')].filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
  return wide.filter((element) => getComputedStyle(element).overflowX === 'auto').map(({ className, tagName }) => `${tagName} ${className}`);
}

test('everything works by keyboard', async ({ page }) => {
  const jane = new ChatPerson(page);
  const press = async (name: string | RegExp, role: 'button' | 'link' = 'button') => {
    const control = page.getByRole(role, { name });
    for (let tabs = 0; tabs < 20 && !(await control.evaluate((element) => element === document.activeElement)); tabs += 1) {
      await page.keyboard.press('Tab');
    }
    await expect(control).toBeFocused();
    await page.keyboard.press('Enter');
  };
  await page.goto('/');
  await expect(page.getByRole('button', { name: /sign in with google/i })).toBeVisible();
  await press(/sign in with google/i);
  await page.getByRole('button', { name: 'jane@example.com' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'Welcome' })).toBeVisible();

  await press('New conversation');
  await expect(jane.field).toBeFocused();
  await page.keyboard.type('First line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('and a second one');
  await page.keyboard.press('Enter');
  await jane.expectAnswer('First line\nand a second one');
  await expect(jane.field).toBeFocused();

  await press('People', 'link');
  await expect(page.getByRole('heading', { name: 'People' })).toBeFocused();
  await press('Sign out');
  await expect(page.getByRole('heading', { name: 'Sign in to Chat' })).toBeFocused();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true });

  test('one goes from the list to a conversation and back', async ({ page }) => {
    const jane = new ChatPerson(page);
    await page.goto('/');
    await jane.signIn('jane@example.com');
    await page.getByRole('link', { name: 'Welcome' }).tap();
    await expect(jane.messages).toHaveCount(1);
    await expect(page.getByRole('navigation')).toBeHidden();
    await jane.field.fill('From my phone');
    await page.getByRole('button', { name: 'Send' }).tap();
    await jane.expectAnswer('From my phone');
    await page.getByRole('link', { name: 'All conversations' }).tap();
    await expect(page.getByRole('link', { name: 'Welcome' })).toBeVisible();
  });
});
