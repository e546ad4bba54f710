// The element in React. Written without JSX, so that it runs as it is; <aisle-search ref={box}> is the same.
import { createElement as h, useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import 'aisle/search';

function Search() {
  const box = useRef(null);
  const [decision, setDecision] = useState();
  useEffect(() => {
    const element = box.current;
    const listen = ({ detail }) => setDecision(detail);
    element.addEventListener('aisle:decision', listen);
    return () => element.removeEventListener('aisle:decision', listen);
  }, []);
  return h(
    'form',
    { action: '/search' },
    h('aisle-search', { ref: box, locale: 'en-US' }, h('input', { type: 'search', name: 'q', 'aria-label': 'Search the shop' })),
    h('p', { id: 'department' }, decision?.category ? `In ${decision.group.name} › ${decision.category.name}` : ''),
  );
}

createRoot(document.getElementById('app')).render(h(Search));
