import { inject } from '@angular/core';
import type { Routes } from '@angular/router';
import { admin, signedIn } from './auth/guards';
import { SignIn } from './auth/sign-in';
import { SignInFailedPage } from './auth/sign-in-failed-page';
import { SignInPage } from './auth/sign-in-page';
import { ChatPage } from './chat/chat-page';
import { ConversationPage } from './chat/conversation-page';
import { MessagePage } from './message-page';
import { PeoplePage } from './people/people-page';

const welcome = { heading: 'Your conversations', text: 'Choose one, or begin a new one.' };
const forbidden = { heading: 'You do not have access to this page', text: 'It is for administrators.', leadsOn: true };
const missing = { heading: 'Page not found', text: 'Check the address, or go back to your conversations.', leadsOn: true };

const chat: Routes = [
  { path: '', pathMatch: 'full', component: MessagePage, data: welcome },
  { path: 'c/:id', component: ConversationPage },
];

export const routes: Routes = [
  { path: 'signin', title: 'Sign in · Chat', component: SignInPage },
  { path: 'signin-failed', title: 'Signing in failed · Chat', component: SignInFailedPage },
  { path: 'callback', redirectTo: () => inject(SignIn).complete() },
  { path: 'people', title: 'People · Chat', component: PeoplePage, canActivate: [signedIn, admin] },
  { path: 'forbidden', title: 'No access · Chat', component: MessagePage, data: forbidden },
  { path: '', title: 'Chat', component: ChatPage, canActivate: [signedIn], children: chat },
  { path: '**', title: 'Page not found · Chat', component: MessagePage, data: missing },
];
