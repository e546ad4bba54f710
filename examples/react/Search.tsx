// The element in React 18 and 19. React 18 has no props for the events of custom elements, so they are listened to by hand.
import { useEffect, useRef, useState } from 'react';
import 'aisle/search';
import type { AisleSearch } from 'aisle/search';
import type {} from 'aisle/search/react';

export function Search() {
  const element = useRef<AisleSearch>(null);
  const [department, setDepartment] = useState('');

  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    element.current?.addEventListener(
      'aisle:decision',
      ({ detail: { decision } }) => {
        const { group, category } = decision;
        setDepartment(category ? `In ${group?.name} › ${category.name}` : group ? `In ${group.name}` : '');
      },
      { signal },
    );
    element.current?.addEventListener('aisle:error', () => setDepartment(''), { signal });
    return () => listening.abort();
  }, []);

  return (
    <form action="/search">
      <aisle-search ref={element} locale="en-US">
        <input type="search" name="q" aria-label="Search the shop" autoComplete="off" />
      </aisle-search>
      <p id="department">{department}</p>
    </form>
  );
}
