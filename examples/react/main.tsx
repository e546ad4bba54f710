import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Search } from './Search';

function Shop() {
  const [open, setOpen] = useState(true);
  return (
    <>
      <button onClick={() => setOpen(!open)}>{open ? 'Close search' : 'Open search'}</button>
      {open && <Search />}
    </>
  );
}

createRoot(document.getElementById('app')!).render(
  <StrictMode>
    <Shop />
  </StrictMode>,
);
