// A way through the page as somebody goes it: by keyboard to the content, from the matrix to a finding, its remedy copied, waived,
// the waiver taken back, an audit asked for and watched. node clicks.cjs ADDRESS on|off; prints one JSON object.
'use strict';
const { begin, open } = require('./browser.cjs');

(async () => {
  const [address, script] = process.argv.slice(2);
  const browser = await begin();
  const seen = {};
  try {
    await browser.defaultBrowserContext().overridePermissions(new URL(address).origin, ['clipboard-read', 'clipboard-write', 'clipboard-sanitized-write']);
    const page = await open(browser, { script: script === 'on' });
    const text = (selector) => page.$eval(selector, (element) => element.textContent);
    const follow = (selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
    await page.goto(address);

    // The first stop of the keyboard leads past the navigation.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    seen.skipped = new URL(page.url()).hash === '#content';

    const count = Number(await text('.matrix tbody tr:last-child td:last-child'));
    await follow('.matrix tbody tr:last-child td:last-child a');
    seen.counted = (await text('.lead')).includes(`${count} finding`);

    await follow('tbody td.main a');
    seen.evidence = (await page.$$('section table tbody tr')).length > 0;
    seen.remedy = (await page.$$('figure.code')).length > 0;
    const code = await text('figure.code pre');
    if (script === 'on') {
      await page.click('button[data-copy]');
      await page.waitForFunction(() => document.querySelector('button[data-copy]').textContent.startsWith('Cop') && document.querySelector('button[data-copy]').firstChild.data !== 'Copy');
      seen.copy = await page.$eval('button[data-copy]', (button) => button.firstChild.data);
      if ((await page.evaluate(() => navigator.clipboard.readText())) !== code) seen.copy = 'something else';
    } else {
      // One click into the block selects all of it.
      await page.click('figure.code pre');
      const selected = await page.evaluate(() => String(getSelection()));
      const hidden = await page.$eval('button[data-copy]', (button) => button.hidden);
      seen.copy = hidden && selected.trim() === code.trim() ? 'selected' : `not selected: ${selected}`;
    }

    await page.type('#reason', 'tried in a browser');
    await page.$eval('#owner', (field) => { field.value = ''; });
    await page.type('#owner', 'team-a');
    await follow('form.give button');
    seen.waived = page.url().includes('done=waived') && (await text('[role=status]')).includes('given');

    await follow('nav[aria-label=Pages] a[href="/waivers"]');
    seen.listed = (await text('main')).includes('tried in a browser');
    await follow('form.inline button');
    seen.revoked = page.url().includes('done=revoked') && (await text('main')).includes('revoked');

    await follow('nav[aria-label=Pages] a[href="/audits"]');
    await follow('form[action="/audits"] button');
    seen.asked = /\/audits\/[0-9a-f-]+\?done=(asked|joined)/.test(page.url());
    // Both ways show the end without a hand: the script looks again, the page without one reads itself again.
    for (let waited = 0; waited < 60 && !seen.ended; waited += 1) {
      await new Promise((next) => setTimeout(next, 500));
      seen.ended = await page.$eval('main', (main) => /Coverage/.test(main.textContent) && !main.querySelector('[data-live]')).catch(() => false);
    }

    await page.goto(new URL('/findings?severity=low&q=zzz', address).href);
    await follow('form.narrow .act a');
    seen.reset = new URL(page.url()).search === '' && (await page.$$('tbody tr')).length > 0;
    seen.complaints = page.complaints;
  } finally {
    await browser.close();
  }
  console.log(JSON.stringify(seen));
})().catch((error) => { console.error(error); process.exit(1); });
