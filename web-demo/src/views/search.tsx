import { loading } from '../model/engine';
import { answer } from '../model/typed';
import { Alternatives } from '../parts/alternatives';
import { AnswerCard } from '../parts/answer-card';
import { Examples } from '../parts/examples';
import { LoadingBar } from '../parts/loading-bar';
import { Locales } from '../parts/locales';
import { SearchBox } from '../parts/search-box';
import { Tokens } from '../parts/tokens';
import { Why } from '../parts/why';

export function SearchView() {
  return (
    <>
      <div class="intro">
        <h1>What is this search about?</h1>
        <p>Type as a shopper would. The model runs on this device; nothing you type leaves it.</p>
      </div>
      <SearchBox />
      <Examples />
      {loading.value.state !== 'ready' ? <LoadingBar /> : <AnswerCard />}
      {answer.value && (
        <>
          <div class="columns">
            <Alternatives />
            <Tokens />
          </div>
          <Why />
          <Locales />
        </>
      )}
    </>
  );
}
