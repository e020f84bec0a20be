import { Person } from '../support/person.ts';
import { foreign } from './foreign.ts';
import { CANAILLE, DJANGO, LEMONLDAP } from './implementations.ts';
import { expect, test } from './test.ts';
import { expectWholeStory } from './whole-story.ts';

for (const implementation of [DJANGO, CANAILLE, LEMONLDAP]) {
  test.describe(() => {
    test.use({ foreign: foreign(implementation, 'client_secret_basic') });

    test(`${implementation.name} works`, async ({ page, belgie }) => {
      await expectWholeStory(page, belgie, implementation.habits, implementation.known);
    });
  });
}

test.describe('Canaille, with a client that is registered for client_secret_post,', () => {
  test.use({ foreign: foreign(CANAILLE, 'client_secret_post') });

  test.describe(() => {
    test.use({ settings: { OIDC_ACME_TOKEN_AUTH_METHOD: 'client_secret_post' } });

    test('works with that setting', async ({ page, belgie }) => {
      await expectWholeStory(page, belgie, CANAILLE.habits, CANAILLE.known);
    });
  });

  test('is refused without it, and the log says why', async ({ page, belgie }) => {
    const person = new Person(page);

    await person.chooseProvider('Acme');
    await CANAILLE.habits.authenticate(page);
    await CANAILLE.habits.consent(page);

    await expect(page).toHaveURL(/\/auth\/provider\/acme\/callback/);
    const reason = /the token endpoint returned the error invalid_client: The client cannot authenticate with methods/;
    await expect.poll(() => belgie.log()).toMatch(reason);
    await person.expectSignedOut();
  });
});

test.describe('django-oauth-toolkit, with ID tokens for a second audience,', () => {
  test.use({ foreign: foreign(DJANGO, 'client_secret_basic', { FURTHER_AUDIENCE: 'project-4711' }) });

  test.describe(() => {
    test.use({ settings: { OIDC_ACME_TRUSTED_AUDIENCES: 'project-4711' } });

    test('works with that setting', async ({ page, belgie }) => {
      await expectWholeStory(page, belgie, DJANGO.habits, DJANGO.known);
    });
  });

  test('is refused without it, and the log says why', async ({ page, belgie }) => {
    const person = new Person(page);

    await person.chooseProvider('Acme');
    await DJANGO.habits.authenticate(page);
    await DJANGO.habits.consent(page);

    await expect(page).toHaveURL(/\/auth\/provider\/acme\/callback/);
    await expect.poll(() => belgie.log()).toMatch(/code=invalid_id_token .*audience/);
    await person.expectSignedOut();
  });
});
