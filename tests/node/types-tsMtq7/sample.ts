import { AisleError, load, type Decision } from 'aisle';
       const aisle = await load({ pack: 'p.aisle', wasm: new URL('https://shop.example/aisle.wasm'), signal: AbortSignal.timeout(1000) });
       const decision: Decision = aisle.classify('red shoes', { locale: 'en-US', top: 3, errorRate: 0.05 });
       const name: string | undefined = decision.category?.name;
       const facts: number[] = aisle.pack.errorRates.map((rate) => rate.coverage);
       try { aisle.pieces('q'); } catch (error) { if (error instanceof AisleError && error.code === 'closed') console.log(error.hint); }
       // @ts-expect-error: a query is a string
       aisle.classify(5);
       // @ts-expect-error: no such outcome
       decision.outcome === 'perhaps';
       // @ts-expect-error: no such error
       new AisleError('oops', '');
       aisle.close();
       console.log(name, facts);
