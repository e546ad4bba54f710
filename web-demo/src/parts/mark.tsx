export const Mark = () => (
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="8" />
    <path d="M8 24 14.5 8h3L24 24M11 18.5h10" />
  </svg>
);
