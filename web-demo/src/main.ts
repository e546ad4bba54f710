// The page starts: first the classifier, which has the longest way, in its worker; meanwhile the rest of the page comes and draws.
import './style.css';
import { start } from './model/engine';
import { keepOffline } from './model/offline';

const started = start();
const { draw } = await import('./page');
draw();
void started.then(keepOffline);
