import { direction, examplesFor } from '../model/examples';
import { locale, query, type } from '../model/typed';

export function Examples() {
  return (
    <ul class="examples" aria-label="Examples" dir={direction(locale.value)} lang={locale.value}>
      {examplesFor(locale.value).map((text) => (
        <li key={text}>
          <button type="button" class="chip" aria-pressed={query.value === text} onClick={() => type(text)}>{text}</button>
        </li>
      ))}
    </ul>
  );
}
