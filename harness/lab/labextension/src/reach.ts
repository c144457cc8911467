/**
 * HTML that an output, a text or a widget brings, before it is shown: what would have the browser
 * speak to an address outside by itself is taken out. The page's policy (harness/lab/policy.py)
 * stops what is loaded; it knows nothing of `<link rel="preconnect">` and its kin, which look a
 * name up or open a connection and load nothing, nor of `<meta http-equiv="refresh">`, which takes
 * the page away. A link leads outside when a person presses it: JupyterLab opens a tab of its own
 * for it, and by the page's Referrer-Policy nobody is told where it came from.
 */

/** Elements that speak for a page's head, where no output has business. */
const OUT_OF_PLACE = 'link, meta, base, template[shadowrootmode]';
/** Attributes that tell somebody outside, of a press or of nothing at all. */
const TELLING = ['ping', 'attributionsrc'];
/** Whatever is to go has one of these words in its text; all other HTML is passed on unread. */
const SUSPECT = /<(?:link|meta|base|i?frame|fencedframe|template)\b|srcdoc\s*=|\bping\s*=|attributionsrc/i;
/** What it holds is elements or text, depending on who reads: nobody sees it, so it goes. */
const NOSCRIPT = /<(\/?)noscript\b/gi;
/** How deep frames may stand in frames, and how often HTML may turn into other HTML when written. */
const DEEPEST = 4;

/** Makes strings what the page may take as HTML; a browser that knows no Trusted Types takes all. */
interface IPolicy {
  createHTML(html: string): string;
}
interface ITrustedTypes {
  createPolicy(name: string, rules: Record<string, (text: string) => string>): IPolicy;
}
const TYPES = (window as unknown as { trustedTypes?: ITrustedTypes }).trustedTypes;
/** For what is parsed where nothing of it acts. */
const INERT = TYPES?.createPolicy('audition-inert', { createHTML: html => html });

/** Return HTML without what reaches out by itself; as it was written if there is nothing such. */
export function withoutReach(html: string, depth = 0): string {
  if (!SUSPECT.test(html)) {
    return html;
  }
  let now = html.replace(NOSCRIPT, '<$1x-noscript');
  for (let tries = 0; tries < DEEPEST; tries += 1) {
    const inert = document.createElement('template');
    inert.innerHTML = INERT?.createHTML(now) ?? now;
    if (!cleaned(inert.content, depth)) {
      return now; // what is shown is what was just read, letter by letter
    }
    now = inert.innerHTML;
  }
  return now.replace(/</g, '&lt;'); // it turns into something new each time it is read
}

/** Take out what reaches out; tells whether there was anything. */
function cleaned(content: DocumentFragment, depth: number): boolean {
  let found = 0;
  for (const one of content.querySelectorAll(`${OUT_OF_PLACE}, x-noscript`)) {
    one.remove();
    found += 1;
  }
  for (const name of TELLING) {
    for (const one of content.querySelectorAll(`[${name}]`)) {
      one.removeAttribute(name);
      found += 1;
    }
  }
  for (const one of content.querySelectorAll('iframe[src], frame[src], fencedframe[src]')) {
    if (isOutside(one.getAttribute('src') ?? '')) {
      one.removeAttribute('src'); // refused by the policy, but perhaps looked up before
      found += 1;
    }
  }
  for (const one of content.querySelectorAll('[srcdoc]')) {
    const was = one.getAttribute('srcdoc') ?? '';
    const is = depth < DEEPEST ? withoutReach(was, depth + 1) : '';
    if (is !== was) {
      const raw = INERT?.createHTML(is) ?? is;
      one.setAttribute('srcdoc', raw);
      found += 1;
    }
  }
  return found > 0;
}

/** Tell whether an address leads anywhere but to this server; one that cannot be read does. */
function isOutside(address: string): boolean {
  try {
    const url = new URL(address, document.baseURI);
    return url.protocol !== 'about:' && url.origin !== window.location.origin;
  } catch {
    return true;
  }
}

/**
 * Let no text become HTML of this page in another way: not only outputs bring it, but widgets too.
 * The browser itself asks the default policy each time, from the moment that the rule stands.
 */
export function guardMarkup(): void {
  if (TYPES === undefined) {
    return;
  }
  TYPES.createPolicy('default', {
    createHTML: html => withoutReach(html),
    createScript: text => text, // which scripts run is the page's policy's to say
    createScriptURL: text => text
  });
  const rule = document.createElement('meta');
  rule.httpEquiv = 'Content-Security-Policy';
  rule.content = "require-trusted-types-for 'script'";
  document.head.append(rule);
}
