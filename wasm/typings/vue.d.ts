// Has Vue's templates know <aisle-search> and its events: import type {} from 'aisle/search/vue'. Lies beside search.d.ts.
import type { HTMLAttributes, PublicProps } from 'vue';
import type { AisleSearch, AisleSearchAttributes, DecisionDetail, ErrorDetail } from './search.js';

type Emit = {
  (event: 'aisle:decision', decision: CustomEvent<DecisionDetail>): void;
  (event: 'aisle:error', error: CustomEvent<ErrorDetail>): void;
};

declare module 'vue' {
  interface GlobalComponents {
    'aisle-search': new () => AisleSearch & {
      $props: HTMLAttributes &
        PublicProps &
        AisleSearchAttributes & {
          errorRate?: number | undefined;
          'onAisle:decision'?: ((event: CustomEvent<DecisionDetail>) => void) | undefined;
          'onAisle:error'?: ((event: CustomEvent<ErrorDetail>) => void) | undefined;
        };
      $emit: Emit;
    };
  }
}
