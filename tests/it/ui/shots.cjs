// Every page at three widths and in the dark: a picture of each, what axe-core finds, what the browser complains of, what is too wide.
// node shots.cjs ADDRESS FOLDER PATH…; prints one JSON object.
'use strict';
const path = require('node:path');
const { begin, open, violations, overflow } = require('./browser.cjs');

const LOOKS = [
  { name: '390', width: 390 },
  { name: '820', width: 820 },
  { name: '1440', width: 1440 },
  { name: '1440-dark', width: 1440, dark: true },
];

(async () => {
  const [address, folder, ...paths] = process.argv.slice(2);
  const browser = await begin();
  const told = [];
  try {
    for (const look of LOOKS) {
      const page = await open(browser, look);
      for (const one of paths) {
        page.complaints.length = 0;
        const answer = await page.goto(new URL(one, address).href, { waitUntil: 'networkidle0' });
        const name = `${one.replace(/^\//, '').replace(/[^a-z0-9-]+/gi, '-').slice(0, 60) || 'overview'}-${look.name}.png`;
        await page.screenshot({ path: path.join(folder, name), fullPage: true });
        told.push({ path: one, look: look.name, status: answer.status(), overflow: await overflow(page), violations: await violations(page), complaints: [...page.complaints] });
      }
      await page.close();
    }
  } finally {
    await browser.close();
  }
  console.log(JSON.stringify(told));
})().catch((error) => { console.error(error); process.exit(1); });
