import { answer } from '../model/typed';
import { nameOf, percent } from '../model/words';

export function Alternatives() {
  const { decision, probabilities, facts } = answer.value!;
  const none = probabilities?.outcomes.at(-1) ?? 0;
  return (
    <section aria-labelledby="alternatives-title">
      <h3 id="alternatives-title">Most probable</h3>
      <ol class="alternatives" id="alternatives">
        {decision.alternatives.map(({ id, probability }) => {
          const { within, title } = nameOf(id, facts);
          return <Bar key={id} within={within} title={title} p={probability} />;
        })}
        <Bar title="Not shopping" p={none} apart />
      </ol>
    </section>
  );
}

function Bar({ within, title, p, apart }: { within?: string | undefined; title: string; p: number; apart?: boolean }) {
  return (
    <li class={apart ? 'apart' : ''}>
      <span class="label-name">
        <span>{title}</span>
        {within && <small>{within}</small>}
      </span>
      <span class="track"><span class="fill" style={{ inlineSize: `${p * 100}%` }} /></span>
      <span class="number">{percent(p)}</span>
    </li>
  );
}
