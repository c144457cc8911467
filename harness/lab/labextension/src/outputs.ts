/**
 * HTML that an output or a text brings, before it is shown: what would have the browser speak to an
 * address outside by itself is taken out. The page's policy stops what is loaded; it knows nothing
 * of `<link rel="preconnect">` and its kin, which look a name up or open a connection and load
 * nothing. A link leads outside when a person presses it: JupyterLab opens a tab of its own for it,
 * and by the page's Referrer-Policy nobody is told where it came from.
 */
import { IRenderMime, IRenderMimeRegistry, RenderedHTML, RenderedMarkdown } from '@jupyterlab/rendermime';

/** Elements that speak for the page's head, where no output has business; a template hides more. */
const OUT_OF_PLACE = 'link, meta, base, template';

/** Return HTML without what reaches out by itself; parsed where nothing of it acts. */
export function withoutReach(html: string): string {
  const inert = document.createElement('template');
  inert.innerHTML = html;
  const found = inert.content.querySelectorAll(OUT_OF_PLACE);
  if (found.length === 0) {
    return html; // as it was written
  }
  found.forEach(one => one.remove());
  return inert.innerHTML;
}

class Html extends RenderedHTML {
  async render(model: IRenderMime.IMimeModel): Promise<void> {
    const source = model.data[this.mimeType];
    const text = Array.isArray(source) ? source.join('') : String(source ?? '');
    return super.render({
      trusted: model.trusted,
      metadata: model.metadata,
      data: { ...model.data, [this.mimeType]: withoutReach(text) },
      setData: options => model.setData(options)
    });
  }
}

/** Let notebooks show HTML and Markdown so; call it before one is opened. */
export function showWithoutReach(rendermime: IRenderMimeRegistry): void {
  rendermime.addFactory({
    safe: true,
    mimeTypes: ['text/html'],
    defaultRank: 50,
    createRenderer: options => new Html(options)
  });
  rendermime.addFactory({
    safe: true,
    mimeTypes: ['text/markdown'],
    defaultRank: 60,
    createRenderer: options => {
      const own = options.markdownParser;
      const render = async (source: string): Promise<string> => withoutReach(await own!.render(source));
      return new RenderedMarkdown({ ...options, markdownParser: own && { ...own, render } });
    }
  });
}
