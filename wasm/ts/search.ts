/**
 * `<aisle-search>`: put it around a search input, and it says what is being typed.
 *
 *     <script type="module" src="/aisle/search.js"></script>
 *     <aisle-search locale="en-US"><input type="search" name="q" aria-label="Search" /></aisle-search>
 *
 *     document.addEventListener('aisle:decision', ({ detail }) => console.log(detail.query, detail.decision.outcome));
 *
 * The input stays as it was: its keys, its focus, its form and its looks. Where Aisle cannot load it simply works on.
 *
 * @module
 */
import { AisleError, type Aisle, type Decision, type RemoteAisle } from './index.js';
import { Loan } from './pool.js';

/** Either kind of classifier. */
export type Classifier = Aisle | RemoteAisle;

/** Of `aisle:decision`. */
export interface DecisionDetail {
  /** The value of the input. */
  query: string;
  decision: Decision;
}

/** Of `aisle:error`. */
export interface ErrorDetail {
  /** The value of the input; undefined when there is no input. */
  query: string | undefined;
  error: AisleError;
}

/** The attributes as JSX and templates write them; `AisleSearch` says what each means. */
export interface AisleSearchAttributes {
  pack?: string | undefined;
  wasm?: string | undefined;
  locale?: string | undefined;
  'error-rate'?: number | string | undefined;
  debounce?: number | string | undefined;
  worker?: 'on' | 'off' | undefined;
  disabled?: boolean | undefined;
}

declare global {
  // What the events of elements, documents and windows have in common.
  interface GlobalEventHandlersEventMap {
    'aisle:decision': CustomEvent<DecisionDetail>;
    'aisle:error': CustomEvent<ErrorDetail>;
  }
  interface HTMLElementTagNameMap {
    'aisle-search': AisleSearch;
  }
}

const DEBOUNCE_MS = 80;

// Screen readers speak each key; what was found comes after the typing, not in between.
const ANNOUNCE_MS = 1000;

// Nothing else is read: not a password, not a card's number.
const INPUT = 'input:not([type]), input[type=search], input[type=text], textarea';

// On a server there is no HTMLElement, and nothing to do.
const Base = globalThis.HTMLElement ?? (class {} as unknown as typeof HTMLElement);

/**
 * Wraps the search input inside it. Each property but `classifier` is an attribute too.
 *
 * Once the typing pauses it dispatches, bubbling, exactly one of two events, unless a later key has made the query stale:
 *
 * - `aisle:decision`, with a `DecisionDetail`
 * - `aisle:error`, with an `ErrorDetail`; also when it holds no input
 *
 * It loads when the input is first focused, and again at the next focus after it failed. Elements with the same `pack`, `wasm` and
 * `worker` share a classifier, which ends when the last of them leaves the document or is disabled.
 */
export class AisleSearch extends Base {
  /** @internal */
  static readonly observedAttributes = ['pack', 'wasm', 'worker', 'disabled'];

  #own: Classifier | Promise<Classifier> | undefined;
  #loan: Loan | undefined;
  #connection: AbortController | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #announcing: ReturnType<typeof setTimeout> | undefined;
  /** Changes with every key: what was asked before is stale. */
  #newest = 0;
  #status: HTMLElement;

  constructor() {
    super();
    // In a shadow root, where it is in no framework's way.
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [looks()];
    this.#status = document.createElement('span');
    this.#status.setAttribute('role', 'status');
    root.append(document.createElement('slot'), this.#status);
  }

  /** Address of the pack; `''`, the default, for the one beside the module. */
  get pack(): string {
    return this.getAttribute('pack') ?? '';
  }
  set pack(value: string | undefined) {
    this.#reflect('pack', value);
  }

  /** Address of the engine; `''`, the default, for the one beside the module. */
  get wasm(): string {
    return this.getAttribute('wasm') ?? '';
  }
  set wasm(value: string | undefined) {
    this.#reflect('wasm', value);
  }

  /** BCP 47 tag of the queries' language, such as `en-US`. A well-formed tag that the pack lacks acts as none. */
  get locale(): string {
    return this.getAttribute('locale') ?? '';
  }
  set locale(value: string | undefined) {
    this.#reflect('locale', value);
  }

  /** Attribute `error-rate`: share of wrong answers to put up with, one of the pack's; undefined for the pack's default. */
  get errorRate(): number | undefined {
    return this.#number('error-rate');
  }
  set errorRate(value: number | string | undefined) {
    this.#reflect('error-rate', value);
  }

  /** How long the typing must pause, in milliseconds; 80 when left out. */
  get debounce(): number {
    return this.#number('debounce') ?? DEBOUNCE_MS;
  }
  set debounce(value: number | string | undefined) {
    this.#reflect('debounce', value);
  }

  /** `on`, the default, classifies in a worker, or in the page where no worker starts; `off` always in the page. */
  get worker(): 'on' | 'off' {
    return (this.getAttribute('worker') ?? 'on') as 'on' | 'off';
  }
  set worker(value: 'on' | 'off' | undefined) {
    this.#reflect('worker', value);
  }

  /** Whether it rests, having freed all it held. The input is not touched. */
  get disabled(): boolean {
    return (this.getAttribute('disabled') ?? 'false') !== 'false'; // React 18 writes "false"
  }
  set disabled(value: boolean | undefined) {
    this.toggleAttribute('disabled', Boolean(value));
  }

  /** A classifier of one's own, from `load` or `loadInWorker` with any options; it stays its owner's to close. No attribute. */
  get classifier(): Classifier | Promise<Classifier> | undefined {
    return this.#own;
  }
  set classifier(value: Classifier | Promise<Classifier> | undefined) {
    this.#own = value;
    this.#free();
  }

  /** What a screen reader is told of a decision, `''` for nothing. May be replaced, for instance by one that translates. */
  announce({ category, group }: Decision): string {
    return [group?.name, category?.name].filter(Boolean).join(', ');
  }

  /** @internal */
  connectedCallback(): void {
    this.#adoptEarly();
    this.#connection?.abort();
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    // Some browsers end a composition without another input event.
    for (const type of ['input', 'compositionend']) this.addEventListener(type, (event) => this.#typed(event), { signal });
    this.addEventListener('focusin', () => this.#focused(), { signal });
    // A reset reaches the form alone, which may be around the element; the values change after the event.
    document.addEventListener('reset', ({ target }) => target === this.#input?.form && this.#classifies && this.#schedule(0), { signal });
    // While the page is parsed, what is inside has not arrived.
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => this.#arrived(signal), { once: true, signal });
    else setTimeout(() => this.#arrived(signal));
  }

  /** @internal */
  disconnectedCallback(): void {
    this.#connection?.abort();
    this.#cancel();
    queueMicrotask(() => this.isConnected || this.#free()); // unless it only moves
  }

  /** @internal */
  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    this.#free();
    if (name === 'disabled' && this.disabled) {
      this.#cancel();
      this.#status.textContent = '';
    }
  }

  /** Whether anything was asked so far. */
  get #classifies(): boolean {
    return (this.#own ?? this.#loan) !== undefined;
  }

  get #input(): HTMLInputElement | HTMLTextAreaElement | null {
    return this.querySelector<HTMLInputElement | HTMLTextAreaElement>(INPUT);
  }

  // Properties that were set before the class was defined hide its accessors.
  #adoptEarly(): void {
    for (const name of ['pack', 'wasm', 'locale', 'errorRate', 'debounce', 'worker', 'disabled', 'classifier'] as const) {
      if (!Object.hasOwn(this, name)) continue;
      const { value } = Object.getOwnPropertyDescriptor(this, name) as { value: never };
      delete this[name];
      this[name] = value;
    }
  }

  #arrived(signal: AbortSignal): void {
    if (signal.aborted || this.disabled) return;
    const input = this.#input;
    if (!input) {
      return this.#failed(undefined, invalid('there is no search input in it; put <input type="search"> between its tags'));
    }
    if (!input.matches(':focus')) return;
    this.#focused();
    if (input.value) this.#schedule(this.debounce); // typed before this script had loaded
  }

  #focused(): void {
    if (this.disabled || this.#own) return;
    if (this.#loan?.failed) this.#free();
    try {
      this.#borrow();
    } catch {
      // A wrong attribute; the query that it concerns will say so.
    }
  }

  #typed(event: Event): void {
    if (this.disabled || event.target !== this.#input) return;
    this.#cancel();
    if (!(event as InputEvent).isComposing) this.#schedule(this.debounce); // half a syllable is no query
  }

  #schedule(delay: number): void {
    if (this.disabled) return;
    this.#cancel();
    const mine = this.#newest;
    this.#typing = setTimeout(() => void this.#classify(this.#input?.value ?? '', mine), delay);
  }

  async #classify(query: string, mine: number): Promise<void> {
    const stale = () => mine !== this.#newest;
    let loan: Loan | undefined;
    try {
      const options = this.#options();
      const classifier = await (this.#own ?? (loan = this.#borrow()).classifier);
      if (stale()) return;
      const decision = await classifier.classify(query, options);
      if (stale()) return;
      this.#announcing = setTimeout(() => this.#say(query.trim() === '' ? '' : this.announce(decision)), ANNOUNCE_MS);
      this.#dispatch('aisle:decision', { query, decision });
    } catch (error) {
      if (stale()) return;
      if (loan && loan !== this.#loan) return this.#classify(query, mine); // another pack was set meanwhile
      this.#failed(query, error);
    }
  }

  #options(): { locale: string; errorRate: number | undefined } {
    const { locale, errorRate, debounce } = this;
    if (errorRate !== undefined && !(errorRate > 0 && errorRate < 1)) throw this.#wrong('error-rate', "one of the pack's error rates, such as 0.05");
    if (!(debounce >= 0 && debounce <= 60_000)) throw this.#wrong('debounce', 'milliseconds, from 0 to 60000');
    return { locale, errorRate };
  }

  #borrow(): Loan {
    const { pack, wasm, worker } = this;
    if (!['on', 'off'].includes(worker)) throw this.#wrong('worker', 'on or off');
    return (this.#loan ??= new Loan({ pack: pack && absolute(pack), wasm: wasm && absolute(wasm), worker: worker === 'on' }));
  }

  /** Gives up what was typed and not yet answered. */
  #cancel(): void {
    this.#newest++;
    clearTimeout(this.#typing);
    clearTimeout(this.#announcing);
  }

  #free(): void {
    this.#loan?.giveBack();
    this.#loan = undefined;
  }

  // The same words again would be read out again.
  #say(text: string): void {
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  #failed(query: string | undefined, cause: unknown): void {
    const error = cause instanceof AisleError ? cause : new AisleError('internal', `<aisle-search>: the classifier failed: ${String(cause)}`, cause);
    this.#dispatch('aisle:error', { query, error });
  }

  #dispatch(type: 'aisle:decision' | 'aisle:error', detail: DecisionDetail | ErrorDetail): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  #number(name: string): number | undefined {
    const text = this.getAttribute(name);
    if (text === null) return undefined;
    return text.trim() === '' ? NaN : Number(text);
  }

  #reflect(name: string, value: unknown): void {
    if (value === undefined || value === null) this.removeAttribute(name);
    else this.setAttribute(name, String(value));
  }

  #wrong(name: string, expected: string): AisleError {
    return invalid(`${name} is "${this.getAttribute(name)}", expected ${expected}`);
  }
}

const invalid = (message: string) => new AisleError('invalid_argument', `<aisle-search>: ${message}`);

function absolute(address: string): string {
  try {
    return new URL(address, document.baseURI).href;
  } catch (cause) {
    throw new AisleError('invalid_argument', `<aisle-search>: "${address}" is no address`, cause);
  }
}

// The status is heard, not seen; the input lies in the page as if there were no element around it. One sheet for all, and not
// inline, which careful content security policies forbid.
let sheet: CSSStyleSheet | undefined;
function looks(): CSSStyleSheet {
  if (sheet) return sheet;
  sheet = new CSSStyleSheet();
  sheet.replaceSync(':host{display:contents}span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}');
  return sheet;
}

if (globalThis.customElements && !customElements.get('aisle-search')) customElements.define('aisle-search', AisleSearch);
