// A browser as far as the account chooser needs one: it keeps to the forms of the page.

/** Opens the authorization URL and returns the page's forms, each with its fields and buttons. */
export async function open(url) {
  const response = await fetch(url, { redirect: 'manual' });
  const html = await response.text();
  return { status: response.status, location: response.headers.get('location'), forms: forms(html, url) };
}

/** Presses a button, with what was typed, and returns the URL to which the answer leads. */
export async function press(form, button, typed = {}) {
  const response = await fetch(form.action, {
    method: 'POST',
    body: new URLSearchParams({ ...form.hidden, ...typed, [button.name]: button.value }),
    redirect: 'manual',
  });
  const location = response.headers.get('location');
  if (response.status !== 303 || location === null) {
    throw new Error(`expected a redirect, got ${response.status}: ${await response.text()}`);
  }
  return new URL(location);
}

function forms(html, base) {
  return [...html.matchAll(/<form ([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head, body]) => ({
    action: new URL(attributes(head).action, base),
    hidden: Object.fromEntries(
      tags(body, 'input')
        .filter((input) => input.type === 'hidden')
        .map((input) => [input.name, input.value]),
    ),
    buttons: [...body.matchAll(/<button ([^>]*)>([\s\S]*?)<\/button>/g)].map(([, head, text]) => ({
      ...attributes(head),
      text,
    })),
  }));
}

function tags(html, name) {
  return [...html.matchAll(new RegExp(`<${name} ([^>]*)>`, 'g'))].map(([, head]) => attributes(head));
}

function attributes(head) {
  return Object.fromEntries(
    [...head.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, unescape(value)]),
  );
}

function unescape(text) {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}
