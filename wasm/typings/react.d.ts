// Has React's JSX know <aisle-search>, in React 18 and 19: import type {} from 'aisle/search/react'. Lies beside search.d.ts.
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { AisleSearch, AisleSearchAttributes } from './search.js';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      // React 18 passes className of a custom element on as it is.
      'aisle-search': DetailedHTMLProps<HTMLAttributes<AisleSearch>, AisleSearch> & AisleSearchAttributes & { class?: string | undefined };
    }
  }
}
