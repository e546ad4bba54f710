/**
 * `<aisle-search>`: put it around any search input, and it says what is being typed.
 *
 *     <script type="module" src="/aisle/search.js"></script>
 *     <aisle-search><input type="search" name="q" aria-label="Search" /></aisle-search>
 *
 *     document.addEventListener('aisle:decision', ({ detail }) => console.log(detail.outcome));
 *
 * @module
 */
import { load, loadInWorker, type Aisle, type AisleError, type Decision, type RemoteAisle } from './index.js';

declare global {
  interface HTMLElementEventMap {
    'aisle:decision': CustomEvent<Decision>;
    'aisle:error': CustomEvent<Error>;
  }
  interface HTMLElementTagNameMap {
    'aisle-search': AisleSearch;
  }
}

// On a server there is no HTMLElement, and nothing to do.
const Base = globalThis.HTMLElement ?? (class {} as unknown as typeof HTMLElement);

// One classifier for all such elements of a page: in a worker, or where there are none, in the page.
let shared: Promise<RemoteAisle | Aisle> | undefined;
function classifier(): Promise<RemoteAisle | Aisle> {
  shared ??= loadInWorker().catch((error: AisleError) => {
    if (error.code === 'no_worker') return load();
    shared = undefined; // the next query tries again
    throw error;
  });
  return shared;
}

/**
 * Wraps a search input. Once the typing pauses it dispatches `aisle:decision`, whose `detail` is the `Decision`, or `aisle:error`
 * with the error; both bubble. Attributes: `locale` (BCP 47) and `delay` (milliseconds, 80 when left out). What it finds is
 * announced to screen readers through a status line of its own. It changes nothing about the input or its form.
 */
export class AisleSearch extends Base {
  /** The classifier to use, before the first query; one in a worker, with the pack beside the module, when left out. */
  declare classifier?: RemoteAisle | Aisle | Promise<RemoteAisle | Aisle>;

  /** What a screen reader is told of a decision, `''` for nothing. May be replaced, for instance by one that translates. */
  announce({ category, group }: Decision): string {
    return [group?.name, category?.name].filter(Boolean).join(', ');
  }

  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #status: HTMLElement | undefined;

  /** @internal */
  connectedCallback(): void {
    for (const type of EVENTS) this.addEventListener(type, this.#typed);
    this.append((this.#status ??= statusLine()));
  }

  /** @internal */
  disconnectedCallback(): void {
    for (const type of EVENTS) this.removeEventListener(type, this.#typed);
    clearTimeout(this.#timer);
    ++this.#asked; // what is still on its way comes too late
  }

  #typed = (event: Event): void => {
    const { target } = event;
    if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return;
    clearTimeout(this.#timer);
    if ((event as InputEvent).isComposing) return; // half a syllable is no query
    const delay = Number(this.getAttribute('delay') ?? 80);
    this.#timer = setTimeout(() => void this.#classify(target.value), delay);
  };

  async #classify(query: string): Promise<void> {
    const mine = ++this.#asked;
    try {
      const aisle = await (this.classifier ?? classifier());
      const decision = await aisle.classify(query, { locale: this.getAttribute('locale') ?? '' });
      if (mine !== this.#asked) return;
      if (this.#status) this.#status.textContent = query.trim() === '' ? '' : this.announce(decision);
      this.#tell('aisle:decision', decision);
    } catch (error) {
      if (mine === this.#asked) this.#tell('aisle:error', error);
    }
  }

  #tell(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

// Some browsers end a composition without another input event.
const EVENTS = ['input', 'compositionend'];

// Heard, not seen. Styles set by script pass a content security policy that forbids inline ones.
function statusLine(): HTMLElement {
  const line = document.createElement('span');
  line.setAttribute('role', 'status');
  Object.assign(line.style, { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap' });
  return line;
}

if (globalThis.customElements && !customElements.get('aisle-search')) customElements.define('aisle-search', AisleSearch);
