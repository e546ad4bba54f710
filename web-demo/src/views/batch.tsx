import { signal } from '@preact/signals';
import { batch, cancel, clear, run } from '../model/batch';
import { SAMPLE } from '../model/trade';
import { rate } from '../model/typed';
import { count, percent } from '../model/words';
import { Drop } from '../parts/drop';
import { Quality } from '../parts/quality';
import { Results } from '../parts/results';

const pasted = signal('');

export function BatchView() {
  const now = batch.value;
  return (
    <>
      <div class="intro">
        <h1>A whole log at once</h1>
        <p>Queries from a file or the clipboard, classified here; the file stays on this device.</p>
      </div>
      {now ? <Running /> : <Source />}
      {now && <Results run={now} />}
      {now?.labelled && now.state === 'done' && <Quality rows={now.rows} />}
    </>
  );
}

function Source() {
  return (
    <section class="source" aria-label="Queries">
      <Drop id="batch-file" title="Drop a file, or choose one" hint="CSV, TSV or a query a line; columns query, locale, label" accept=".csv,.tsv,.txt,text/*" onFile={(file) => void file.text().then((text) => run(file.name, text))} />
      <form onSubmit={(event) => (event.preventDefault(), void run('pasted', pasted.value || SAMPLE))}>
        <textarea id="batch-text" rows={6} dir="auto" spellcheck={false} aria-label="Queries to classify" placeholder={SAMPLE.split('\n').slice(0, 5).join('\n')} value={pasted.value} onInput={(event) => (pasted.value = event.currentTarget.value)} />
        <button type="submit" class="primary">{pasted.value ? 'Classify' : 'Classify a sample'}</button>
      </form>
      <p class="note">A column named label, with ids such as clothing/dresses, group:clothing or none (several joined by a bar), also gives accuracy, mix-ups and calibration.</p>
    </section>
  );
}

function Running() {
  const { state, name, total, done, seconds, skipped, error } = batch.value!;
  const share = total ? done / total : state === 'done' ? 1 : 0;
  return (
    <section class="card running" aria-label="Progress" data-state={state}>
      <h2>{state === 'reading' ? 'Reading' : `${count(done)} of ${count(total)} queries`} <small>{name}</small></h2>
      <div class="track" role="progressbar" aria-label="Classified" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)}>
        <div class="fill" style={{ inlineSize: `${share * 100}%` }} />
      </div>
      <p id="batch-status" role="status">
        {state === 'running' && done > 200 && `about ${duration((seconds / done) * (total - done))} left`}
        {state === 'done' && `Done in ${seconds.toFixed(1)} s: ${count(Math.round(done / Math.max(seconds, 0.001)))} queries a second, ${percent(rate.value)} errors allowed`}
        {state === 'cancelled' && 'Stopped'}
        {state === 'failed' && `${error!.message}`}
        {skipped.length > 0 && `; ${count(skipped.length)} lines left out (${skipped[0]})`}
      </p>
      <p class="actions">
        {state === 'reading' || state === 'running' ? <button type="button" onClick={cancel}>Stop</button> : <button type="button" onClick={clear}>Another file</button>}
      </p>
    </section>
  );
}

const duration = (seconds: number) => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} minutes`);
