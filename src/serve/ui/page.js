// What the page does better with a script than without: copying, and looking again at an audit that is under way.
// Everything works without it: code can be selected by a click, and the page then reads itself again.
'use strict';

for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const block = document.getElementById(button.dataset.copy);
    const words = button.firstChild;
    const before = words.data;
    try {
      await navigator.clipboard.writeText(block.textContent);
      words.data = 'Copied';
    } catch {
      // Without leave to write to the clipboard the block is at least selected.
      getSelection().selectAllChildren(block);
      words.data = 'Selected';
    }
    setTimeout(() => { words.data = before; }, 2000);
  });
}

const LOOK_AGAIN_MS = 1500;

async function lookAgain() {
  const shown = document.getElementById('live');
  if (!shown || !shown.hasAttribute('data-live')) return;
  try {
    const answer = await fetch(location.pathname + location.search, { headers: { accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const now = page.getElementById('live');
    // Whoever is about to click or type is not disturbed.
    if (answer.ok && now && !shown.contains(document.activeElement)) shown.replaceWith(document.adoptNode(now));
  } catch {
    // The daemon may be restarting; the next look tells.
  }
  setTimeout(lookAgain, LOOK_AGAIN_MS);
}

if (document.querySelector('#live[data-live]')) setTimeout(lookAgain, LOOK_AGAIN_MS);
