export default async function Home({ searchParams }: { searchParams: Promise<{ error?: string }> }) {
  const { error } = await searchParams;
  return (
    <>
      <h1>Next.js application</h1>
      {error && <p role="alert">The sign-in failed: {error}.</p>}
      {/* No <Link>: fetching it in advance would begin a sign-in. */}
      <p>
        <a href="/signin">Sign in with Google</a>
      </p>
      <p>
        <a href="/dashboard">Dashboard</a>
      </p>
    </>
  );
}
