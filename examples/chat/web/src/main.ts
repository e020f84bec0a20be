import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { ErrorHandler, provideBrowserGlobalErrorListeners } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { provideRouter, withComponentInputBinding } from '@angular/router';
import { App } from './app/app';
import { bearer } from './app/auth/bearer';
import { Problems } from './app/problem';
import { routes } from './app/routes';
import { SERVER } from './app/server';

// One build serves every deployment: the address of the server is in a file beside it.
const { server } = await (await fetch('settings.json')).json();

await bootstrapApplication(App, {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideHttpClient(withInterceptors([bearer])),
    provideRouter(routes, withComponentInputBinding()),
    { provide: ErrorHandler, useExisting: Problems },
    { provide: SERVER, useValue: server },
  ],
});
