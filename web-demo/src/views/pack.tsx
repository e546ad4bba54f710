import { signal } from '@preact/signals';
import { engine, pack, shipped } from '../model/engine';
import { usePack } from '../model/packs';
import { heldout, isMeasured } from '../model/trade';
import { bytes, count, percent, percent1 } from '../model/words';
import { Drop } from '../parts/drop';
import { Network } from '../parts/network';
import { Taxonomy } from '../parts/taxonomy';

const trouble = signal<{ file: string; message: string; hint: string } | undefined>(undefined);
const tested = signal<string>('');

async function take(file: File) {
  trouble.value = undefined;
  tested.value = '';
  try {
    await usePack(await file.arrayBuffer());
    await test();
  } catch (error) {
    const { message, hint = '' } = error as Error & { hint?: string };
    trouble.value = { file: file.name, message, hint };
  }
}

async function test() {
  const { queries, largestDifference } = await engine().selfTest();
  tested.value = `${queries} test queries come out as they should (largest difference of a score ${largestDifference.toFixed(3)})`;
}

export function PackView() {
  const facts = pack.value!;
  return (
    <>
      <div class="intro">
        <h1>What is inside</h1>
        <p>One file holds the whole model. Another can take its place here, once it has passed its own test.</p>
      </div>
      <Drop id="pack-file" title="Drop another .aisle pack" hint="it is checked before it is used" accept=".aisle" onFile={(file) => void take(file)} />
      {trouble.value && (
        <section class="card failed" role="alert" id="pack-trouble">
          <h2><bdi>{trouble.value.file}</bdi> was refused</h2>
          <p>{trouble.value.message}. {trouble.value.hint}</p>
          <p class="soft">{facts.name} {facts.version} stays in use.</p>
        </section>
      )}
      <Card />
      <Taxonomy facts={facts} />
      <Network />
    </>
  );
}

function Card() {
  const facts = pack.value!;
  const subcategories = facts.groups.reduce((sum, { subcategories }) => sum + subcategories.length, 0);
  return (
    <section class="card pack-card" aria-labelledby="pack-title">
      <h2 id="pack-title">{facts.name} {facts.version} {!shipped.value && <small>from your file · <a href={location.pathname + location.search}>back to the shipped one</a></small>}</h2>
      <dl class="facts" id="pack-facts">
        <div><dt>Size</dt><dd>{bytes(facts.bytes)}</dd></div>
        <div><dt>Taxonomy</dt><dd>{facts.groups.length} groups, {count(subcategories)} subcategories</dd></div>
        <div><dt>Licence</dt><dd>{facts.licence}</dd></div>
        <div><dt>Engine</dt><dd>{engine().build === 'relaxed' ? 'relaxed SIMD' : 'SIMD'}</dd></div>
        <div class="wide"><dt>Locales</dt><dd>{facts.languages.join(', ')}</dd></div>
        <div class="wide"><dt>Calibrated for</dt><dd>{facts.prior}</dd></div>
        <div class="wide"><dt>Made from</dt><dd>{facts.sources.join('; ')}</dd></div>
        <div class="wide"><dt>Taxonomy hash</dt><dd><code>{facts.taxonomy}</code></dd></div>
      </dl>
      <div class="columns">
        <Sections />
        <Rates />
      </div>
      <p><button type="button" id="self-test" onClick={() => void test()}>Run its self-test</button> <span role="status" id="self-tested">{tested.value}</span></p>
    </section>
  );
}

function Sections() {
  const { sections, bytes: all } = pack.value!;
  return (
    <section aria-labelledby="sections-title">
      <h3 id="sections-title">Parts</h3>
      <ul class="alternatives" id="sections">
        {sections.map(({ name, bytes: size }) => (
          <li key={name}>
            <span class="label-name">{name}</span>
            <span class="track"><span class="fill" style={{ inlineSize: `${(size / all) * 100}%` }} /></span>
            <span class="number">{bytes(size)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Rates() {
  const facts = pack.value!;
  const measured = isMeasured(facts) ? heldout.all.rates : undefined;
  return (
    <section aria-labelledby="rates-title">
      <h3 id="rates-title">Scores by error rate</h3>
      <table id="pack-rates">
        <thead><tr><th scope="col">errors</th><th scope="col">promised answers</th>{measured && <><th scope="col">held-out answers</th><th scope="col">of them wrong</th></>}</tr></thead>
        <tbody>
          {facts.errorRates.map(({ errorRate, coverage }, i) => (
            <tr key={errorRate} class={errorRate === facts.defaultErrorRate ? 'now' : ''}>
              <th scope="row">{percent(errorRate)}</th>
              <td>{percent(coverage)}</td>
              {measured && <><td>{percent(measured[i]!.coverage)}</td><td>{measured[i]!.error === null ? '–' : percent1(measured[i]!.error!)}</td></>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
