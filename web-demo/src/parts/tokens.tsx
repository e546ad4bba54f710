import { direction } from '../model/examples';
import { answer, locale } from '../model/typed';
import { count } from '../model/words';

const SHOWN = 48;

/** The pieces that the model reads. */
export function Tokens() {
  const chips = inChips(answer.value!.pieces);
  return (
    <section aria-labelledby="pieces-title">
      <h3 id="pieces-title">Read as {count(chips.length)} {chips.length === 1 ? 'piece' : 'pieces'}</h3>
      <ol class="pieces" id="pieces" dir={direction(locale.value)} lang={locale.value}>
        {chips.slice(0, SHOWN).map(({ text, starts }, i) => (
          <li key={i} class={starts ? 'starts' : ''}><bdi>{text}</bdi></li>
        ))}
      </ol>
      {chips.length > SHOWN && <p class="note">and {count(chips.length - SHOWN)} more</p>}
      <p class="note">Words it has seldom met come apart; pieces that touch belong to one word.</p>
    </section>
  );
}

// `▁` marks the start of a word; alone, that of the next piece's.
function inChips(pieces: string[]): { text: string; starts: boolean }[] {
  const chips: { text: string; starts: boolean }[] = [];
  let starts = true;
  for (const piece of pieces) {
    if (piece.startsWith('▁')) starts = true;
    const text = piece.replaceAll('▁', '');
    if (text === '') continue;
    chips.push({ text, starts });
    starts = false;
  }
  return chips;
}
