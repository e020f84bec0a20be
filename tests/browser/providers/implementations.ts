import { join } from 'node:path';
import { target } from '../support/belgie.ts';
import type { Implementation } from './foreign.ts';

/** Where scripts/setup puts the providers that come from PyPI. */
const python = join(target, 'providers', 'bin', 'python');
const here = import.meta.dirname;

export const DJANGO: Implementation = {
  name: 'django-oauth-toolkit',
  command: () => [python, join(here, 'django_provider.py')],
  path: '/o',
  habits: {
    async authenticate(page) {
      await page.locator('input[name=username]').fill('jane');
      await page.locator('input[name=password]').fill('anything');
      await page.getByRole('button', { name: 'Log in' }).click();
    },
    consent: (page) => page.getByRole('button', { name: 'Authorize' }).click(),
    refuse: (page) => page.getByRole('button', { name: 'Cancel' }).click(),
    comeBack: (page) => page.getByRole('button', { name: 'Authorize' }).click(),
  },
  known: { email: 'jane@example.org', name: 'Jane', email_verified: true },
};

export const CANAILLE: Implementation = {
  name: 'Canaille',
  command: () => [python, join(here, 'canaille_provider.py')],
  path: '',
  habits: {
    async authenticate(page) {
      await page.locator('input[name=login]').fill('jane');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.locator('input[name=password]').fill('anything');
      await page.getByRole('button', { name: 'Sign in' }).click();
    },
    consent: (page) => page.getByRole('button', { name: 'Accept' }).click(),
    refuse: (page) => page.getByRole('button', { name: 'Deny' }).click(),
  },
  known: { email: 'jane@example.org', name: 'Jane', email_verified: false },
};

export const LEMONLDAP: Implementation = {
  name: 'LemonLDAP::NG',
  command: (port) => ['starman', '--preload-app', '--workers=3', `--listen=127.0.0.1:${port}`, join(here, 'lemonldap.psgi')],
  path: '/',
  habits: {
    async authenticate(page) {
      await page.locator('input[name=user]').fill('dwho');
      await page.locator('input[name=password]').fill('dwho');
      await page.getByRole('button', { name: 'Connect' }).click();
    },
    consent: (page) => page.getByRole('button', { name: 'Accept' }).click(),
    refuse: (page) => page.getByRole('button', { name: 'Refuse' }).click(),
  },
  known: { email: 'dwho@badwolf.org', name: 'Doctor Who', email_verified: false },
};
