import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { me, signOut } from '@/lib/belgie';
import { ACCESS_TOKEN, SESSION } from '@/lib/cookies';

/** `proxy.ts` lets only people who are signed in come here. */
export default async function Dashboard() {
  const token = (await cookies()).get(ACCESS_TOKEN)?.value ?? '';
  const user = await me(token);
  if (!user) redirect('/');
  return (
    <>
      <h1>Dashboard</h1>
      <p>
        Signed in as <strong>{user.email ?? user.name ?? user.id}</strong>, with the role {user.role}.
      </p>
      <form action={endSession}>
        <button>Sign out</button>
      </form>
    </>
  );
}

/** Signs out on both sides. Next.js refuses to run it for another origin's page. */
async function endSession() {
  'use server';
  const jar = await cookies();
  const session = jar.get(SESSION)?.value;
  jar.delete(SESSION);
  jar.delete(ACCESS_TOKEN);
  if (session) await signOut(session);
  redirect('/');
}
