// Takes the pictures of the examples' READMEs: `just screenshots`.
import { join } from 'node:path';
import { ChatPerson, test as chat } from '../support/chat.ts';
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

chat.use({ viewport: { width: 1000, height: 620 }, deviceScaleFactor: 2, colorScheme: 'light', hasPartner: true });
chat('the chat', async ({ page, partner }) => {
  const jane = new ChatPerson(page);
  await page.goto('/');
  await jane.signIn('jane@example.com');
  for (const [question, answer] of CONVERSATIONS) {
    await jane.beginConversation();
    await jane.say(question);
    await partner.say(answer);
    await jane.messages.last().getByText(answer).waitFor();
    if (question !== CONVERSATIONS.at(-1)?.[0]) partner.finish();
  }
  await page.getByRole('navigation').getByRole('link', { name: CONVERSATIONS.at(-1)?.[0] }).waitFor();
  await page.mouse.move(600, 400);
  await page.screenshot({ path: join(images, 'chat.png') });
});

const CONVERSATIONS = [
  ['Ideas for the team’s day out', 'How about a walk along the coast?'],
  ['A name for a cat', 'Hazel.'],
  ['Which herbs grow well in a shady kitchen garden?', 'Several do. Chives, mint and parsley want little sun, and wild garlic even prefers'],
] as const;
