// What every visit needs: Debian's Chromium without a window, pages of one width, axe-core, and notes of what went wrong.
'use strict';
const fs = require('node:fs');
const puppeteer = require('puppeteer-core');

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Begins a browser; `dark` and `script` say how its pages behave. */
async function begin() {
  return puppeteer.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    headless: true,
    // As root Chromium has no sandbox; the pages are ours.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--force-color-profile=srgb', '--hide-scrollbars'],
  });
}

/** A page that notes what the browser complains of: refused scripts and styles, failed requests, errors of scripts. */
async function open(browser, { width = 1440, dark = false, script = true } = {}) {
  const page = await browser.newPage();
  page.complaints = [];
  page.on('console', (message) => { if (message.type() === 'error') page.complaints.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => page.complaints.push(`script: ${error.message}`));
  page.on('dialog', (dialog) => { page.complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('requestfailed', (request) => page.complaints.push(`request: ${request.url()} ${request.failure()?.errorText}`));
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
  await page.setJavaScriptEnabled(script);
  return page;
}

/** What axe-core finds, as lines. Injected by the debugger: the page's own policy would refuse it, and must stay as it is. */
async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id} (${rule.impact}): ${node.target.join(' ')}: ${node.failureSummary?.replace(/\s+/g, ' ')}`));
}

/** How much wider than the window the page is. */
async function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

module.exports = { begin, open, violations, overflow };
