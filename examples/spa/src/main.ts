import { accessToken, me, providers, signOut, type Credential } from './belgie.ts';
import { begin, complete, type Mode } from './sign-in.ts';

let credential: Credential | undefined;

/** Access tokens end soon; the session's cookie gives the next one. */
async function currentUser() {
  const user = credential && (await me(credential));
  if (user || credential?.kind === 'session token') return user;
  credential = await accessToken();
  return credential && me(credential);
}

async function show(): Promise<void> {
  const user = await currentUser();
  element('signed-in').hidden = !user;
  element('signed-out').hidden = !!user;
  if (user) {
    element('who').textContent = user.email ?? user.name ?? user.id;
    element('credential').textContent = credential?.kind === 'session token' ? 'a session token' : 'an access token';
  } else {
    await listProviders();
  }
}

async function listProviders(): Promise<void> {
  const choices = (await providers()).flatMap(({ id, name }) => [
    choice(`Sign in with ${name}`, id, 'fragment'),
    choice(`Sign in with ${name}, by code`, id, 'code'),
  ]);
  element('providers').replaceChildren(...choices);
}

function choice(label: string, provider: string, mode: Mode): HTMLElement {
  const [item, button] = [document.createElement('li'), document.createElement('button')];
  button.textContent = label;
  button.addEventListener('click', () => attempt(() => begin(provider, mode)));
  item.append(button);
  return item;
}

/** Runs a step and shows an error if it fails. */
async function attempt(step: () => Promise<void>): Promise<void> {
  element('message').textContent = '';
  await step().catch((error: Error) => (element('message').textContent = error.message));
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element ${id}`);
  return found;
}

element('refresh').addEventListener('click', () => attempt(show));
element('sign-out').addEventListener('click', () =>
  attempt(async () => {
    if (credential) await signOut(credential);
    credential = undefined;
    await show();
  }),
);

await attempt(async () => {
  credential = await complete();
});
const failure = element('message').textContent;
await attempt(show);
if (failure) element('message').textContent = failure;
