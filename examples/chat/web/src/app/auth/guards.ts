import { inject } from '@angular/core';
import { type CanActivateFn, Router } from '@angular/router';
import { Session } from './session';

/** Lets signed-in people pass. Others sign in and come back. */
export const signedIn: CanActivateFn = async (_route, { url }) => {
  const router = inject(Router);
  return (await inject(Session).restore()) ? true : router.createUrlTree(['/signin'], { queryParams: { return_to: url } });
};

/** Lets administrators pass. What they may do is the server's decision; this spares others an empty page. */
export const admin: CanActivateFn = async () => {
  const router = inject(Router);
  return (await inject(Session).restore())?.role === 'admin' ? true : router.parseUrl('/forbidden');
};
