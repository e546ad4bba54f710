// The page starts: it draws, loads the classifier in a worker, and answers what is typed.
import './style.css';
import { render } from 'preact';
import { App } from './app';
import { start } from './model/engine';
import { watch } from './model/network';
import { keepOffline } from './model/offline';
import { followCorrections } from './model/overrides';
import { listen } from './model/typed';

watch();
render(<App />, document.getElementById('app')!);
followCorrections();
listen();
void start().then(keepOffline);
