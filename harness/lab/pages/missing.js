/** Names that a kernel does not know, as it is a new one: which cell brings them. */
import { sourceOf } from './notebook.js';

const MISSING = /^name '(\w{1,80})' is not defined/;

/**
 * Return "check comes from cell 12: …" of a cell that stopped at a name which another cell brings;
 * null if it did not stop so, or no cell brings it.
 *
 * @param reply the kernel's.
 * @param sections the cells in their order.
 * @param own the one that stopped.
 */
export function whoBrings(reply, sections, own) {
  const name = reply?.ename === 'NameError' ? MISSING.exec(String(reply.evalue))?.[1] : undefined;
  if (name === undefined) {
    return null;
  }
  const [set, others] = [`(?:\\w+, *)*${name}(?:, *\\w+)*\\s*=[^=]`, `(?:from [\\w.]+ )?import [^\\n]*\\b${name}\\b`];
  const brings = new RegExp(`^(?:(?:async )?(?:def|class) ${name}\\b|${set}|${others})`, 'm');
  const from = sections.find(({ cell }) => cell !== own && cell.cell_type === 'code' && brings.test(sourceOf(cell)));
  return from === undefined ? null : `${name} comes from cell ${from.number}: run that cell, then this one again.`;
}
