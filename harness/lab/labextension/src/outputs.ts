/** HTML and Markdown of outputs and texts, shown without what reaches out by itself (reach.ts). */
import { IRenderMime, IRenderMimeRegistry, RenderedHTML, RenderedMarkdown } from '@jupyterlab/rendermime';

import { withoutReach } from './reach';

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
