import { useEffect, useRef } from 'preact/hooks';
import { loading, pack } from '../model/engine';
import { direction, examplesFor } from '../model/examples';
import { locale, query, type } from '../model/typed';

const names = new Intl.DisplayNames(['en'], { type: 'language', languageDisplay: 'standard' });
const SHIPPED = ['en-US', 'ar-AE', 'cs-CZ', 'da-DK', 'de-DE', 'en-GB', 'en-IN', 'es-ES', 'es-MX', 'fi-FI', 'fr-FR', 'hi-IN', 'id-ID', 'it-IT', 'ja-JP', 'ko-KR', 'nl-NL', 'pl-PL', 'pt-BR', 'sv-SE', 'th-TH', 'tr-TR', 'vi-VN', 'zh-CN'];

export function SearchBox() {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (matchMedia('(hover: hover)').matches) input.current!.select(); // on a phone it would raise the keyboard
  }, []);
  return (
    <form class="search" role="search" onSubmit={(event) => event.preventDefault()}>
      <input
        ref={input}
        id="query"
        type="search"
        aria-label="Search query"
        placeholder={loading.value.state === 'ready' ? 'Search for anything' : 'You can type already'}
        value={query.value}
        dir={query.value === '' ? direction(locale.value) : 'auto'}
        lang={locale.value}
        maxLength={10000}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        onInput={(event) => type(event.currentTarget.value)}
      />
      <LocalePicker />
    </form>
  );
}

function LocalePicker() {
  return (
    <label class="locale">
      <span class="unseen">Locale</span>
      <select id="locale" value={locale.value} onChange={(event) => choose(event.currentTarget.value)}>
        <LocaleOptions />
      </select>
    </label>
  );
}

/** Of a list to choose from. */
export function LocaleOptions() {
  const tags = (pack.value?.languages ?? SHIPPED).toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)));
  return <>{tags.map((tag) => <option key={tag} value={tag}>{nameOf(tag)}</option>)}</>;
}

const nameOf = (tag: string) => names.of(tag) ?? tag;

/** A query of the old locale's examples gives way to one of the new one's; another stays. */
export function choose(tag: string) {
  const wasExample = query.value === '' || examplesFor(locale.value).includes(query.value);
  const keeps = examplesFor(tag).includes(query.value);
  locale.value = tag;
  if (wasExample && !keeps) type(examplesFor(tag)[0]!);
}
