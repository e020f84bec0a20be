import { writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test.ts';

const drawn = (color: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><style>rect { fill: ${color} }</style><rect width="300" height="100"/></svg>`;

test.describe('a site with a logo and a colour', () => {
  test.use({
    settings: async ({}, use, info) => {
      const logo = info.outputPath('logo.svg');
      await writeFile(logo, drawn('#0f766e'));
      await use({ APP_NAME: 'Acme Notes', APP_LOGO_URL: logo, APP_COLOR: '#0f766e' });
    },
  });

  test('shows the logo at its own proportions, and the button in the colour', async ({ page }) => {
    await page.goto('/');

    const image = page.locator('img.mark');
    await expect(image).toHaveJSProperty('complete', true);
    const { width, height } = (await image.boundingBox())!;
    expect(width / height).toBeCloseTo(3, 1);
    await expect(page.getByRole('link', { name: 'Sign in' })).toHaveCSS('background-color', 'rgb(15, 118, 110)');
    expect(await pixel(page, 'img.mark')).toEqual([15, 118, 110]);
  });
});

/** The colour in the middle of what a browser has painted. */
async function pixel(page: Page, selector: string): Promise<number[]> {
  const picture = (await page.locator(selector).screenshot()).toString('base64');
  const middle = await page.context().browser()!.newPage();
  const color = await middle.evaluate(async (data) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = new OffscreenCanvas(1, 1).getContext('2d')!;
    canvas.drawImage(image, -image.width / 2, -image.height / 2);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  }, picture);
  await middle.close();
  return color;
}
