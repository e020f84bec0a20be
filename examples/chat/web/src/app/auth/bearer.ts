import type { HttpInterceptorFn } from '@angular/common/http';
import { inject } from '@angular/core';
import { catchError, defer, switchMap, tap, throwError } from 'rxjs';
import { isSignedOut } from '../problem';
import { SERVER } from '../server';
import { Session } from './session';

/** Adds the access token to requests to the API that carry no other proof, and renews it once if it is refused. Another 401 ends the session. */
export const bearer: HttpInterceptorFn = (request, next) => {
  const session = inject(Session);
  const hasProof = request.withCredentials || request.headers.has('Authorization');
  const needsToken = request.url.startsWith(`${inject(SERVER)}/api/`) && !hasProof;
  const send = (token: string) => next(request.clone({ setHeaders: { Authorization: `Bearer ${token}` } }));
  const sendAgain = (refused: string) => defer(() => session.renew(refused)).pipe(switchMap(send));
  const sendWithToken = defer(() => session.accessToken()).pipe(
    switchMap((token) => send(token).pipe(catchError((error) => (isSignedOut(error) ? sendAgain(token) : throwError(() => error))))),
  );
  return (needsToken ? sendWithToken : next(request)).pipe(tap({ error: (error) => isSignedOut(error) && session.end() }));
};
