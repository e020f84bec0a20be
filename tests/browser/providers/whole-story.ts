import type { Page } from '@playwright/test';
import type { Belgie } from '../support/belgie.ts';
import { Person } from '../support/person.ts';
import { expect } from './test.ts';

/** What a person does at one provider, from where Belgie sends the browser until it is sent back. */
export interface Habits {
  /** Proves who one is. */
  authenticate(page: Page): Promise<void>;
  /** Then allows what Belgie asks for. */
  consent(page: Page): Promise<void>;
  /** Or refuses it. */
  refuse(page: Page): Promise<void>;
  /** Goes through once more, known there already; most providers ask nothing. */
  comeBack?(page: Page): Promise<void>;
}

/** What `/api/me` has to say of the person. */
export type Known = {
  email: string;
  name: string | null;
  email_verified: boolean;
};

/** A refusal, a sign-in and a second one, at a provider with which `belgie check` is content. */
export async function expectWholeStory(page: Page, belgie: Belgie, habits: Habits, known: Known): Promise<void> {
  const person = new Person(page);
  await belgie.command('check');

  await person.chooseProvider('Acme');
  await habits.authenticate(page);
  const answer = page.waitForResponse((response) => new URL(response.url()).pathname === '/auth/provider/acme/callback');
  await habits.refuse(page);
  expect((await answer).status()).toBe(400);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign-in cancelled');
  await person.expectSignedOut();

  await page.context().clearCookies();
  await person.chooseProvider('Acme');
  await habits.authenticate(page);
  await habits.consent(page);
  await person.expectSignedIn(known.email);
  const first = await me(page);
  expect(first).toMatchObject(known);
  await person.signOut();
  await person.expectSignedOut();

  await person.chooseProvider('Acme');
  await habits.comeBack?.(page);
  await person.expectSignedIn(known.email);
  expect(await me(page)).toMatchObject({ ...known, id: first.id });
}

async function me(page: Page): Promise<{ id: string }> {
  return (await page.request.get('/api/me')).json();
}
