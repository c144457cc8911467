/** The plan's box shows no first line, as the notebook's cell does: what a text says of that line is left out. */

const FIRST_LINE = /,?\s+below\s+its\s+first\s+line,?/;

/**
 * Leave out of a given text that the plan goes below the first line.
 *
 * @param text element that holds it.
 * @returns the paragraph that says where the plan goes; null where it speaks of no first line.
 */
export function leaveOutFirstLine(text) {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (FIRST_LINE.test(node.data)) {
      node.data = node.data.replace(FIRST_LINE, '');
      return node.parentElement.closest('p, li') ?? text;
    }
  }
  return null;
}
