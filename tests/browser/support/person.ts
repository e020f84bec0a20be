import { expect, type Page } from '@playwright/test';

/** What a person does on the pages, by what they see there. */
export class Person {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Goes from the front page to the sign-in page, and from there to the provider of that name. */
  async chooseProvider(name: RegExp | string): Promise<void> {
    await this.page.goto('/');
    await this.page.getByRole('link', { name: /sign in/i }).first().click();
    await expect(this.page).toHaveURL(/\/signin/);
    await this.page.getByRole('link', { name }).or(this.page.getByRole('button', { name })).click();
  }

  /** Signs in with the local provider's first account, or with that of `email`; returns the address. */
  async signIn(email?: string): Promise<string> {
    await this.chooseProvider(/google/i);
    const chosen = await this.chooseAccount(email);
    await this.expectSignedIn(chosen);
    return chosen;
  }

  /** Picks an account on the local provider's chooser page. */
  async chooseAccount(email: RegExp | string = /@/): Promise<string> {
    const account = this.page.getByRole('button', { name: email }).first();
    const [chosen] = /\S+@\S+/.exec(await account.innerText()) ?? [];
    if (!chosen) throw new Error('the account shows no e-mail address');
    await account.click();
    return chosen;
  }

  /** Types an account that the local provider's chooser page does not list. */
  async typeAccount(email: string, name: string): Promise<void> {
    await this.page.getByText(/another account/i).click();
    await this.page.getByLabel(/e-mail/i).first().fill(email);
    await this.page.getByLabel(/name/i).first().fill(name);
    await this.page.getByRole('button', { name: /continue/i }).click();
  }

  /** Signs in on oidc-provider's development pages and consents. */
  async signInAtForeignProvider(login: string): Promise<void> {
    await this.authenticateAtForeignProvider(login);
    await this.consentAtForeignProvider();
  }

  async authenticateAtForeignProvider(login: string): Promise<void> {
    await this.page.locator('input[name=login]').fill(login);
    await this.page.locator('input[name=password]').fill('anything');
    await this.page.getByRole('button', { name: /sign-in/i }).click();
  }

  async consentAtForeignProvider(): Promise<void> {
    await this.page.getByRole('button', { name: /continue/i }).click();
  }

  async cancelAtForeignProvider(): Promise<void> {
    await this.page.getByRole('link', { name: /cancel/i }).click();
  }

  async signOut(): Promise<void> {
    await this.page.locator('form[action="/auth/signout"]').first().getByRole('button', { name: /sign out/i }).click();
    await expect(this.page).toHaveURL(/\/$/);
  }

  async expectSignedIn(email: string): Promise<void> {
    await expect(this.page).toHaveURL(/\/dashboard(\?|$)/);
    await expect(this.page.getByText(email).first()).toBeVisible();
    const me = await this.page.request.get('/api/me');
    expect(me.status()).toBe(200);
    expect(await me.json()).toMatchObject({ email, role: 'user', is_active: true });
  }

  async expectSignedOut(): Promise<void> {
    expect((await this.page.request.get('/api/me')).status()).toBe(401);
    await this.page.goto('/dashboard');
    await expect(this.page).toHaveURL(/\/signin/);
  }
}
