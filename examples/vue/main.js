// The element in Vue. In a template: <aisle-search locale="en-US" @aisle:decision="decision = $event.detail">, with
// compilerOptions.isCustomElement for its tag.
import { createApp, h, shallowRef } from 'vue';
import 'aisle/search';

const Search = {
  setup() {
    const decision = shallowRef();
    const listen = ({ detail }) => (decision.value = detail);
    return () =>
      h('form', { action: '/search' }, [
        h('aisle-search', { locale: 'en-US', 'onAisle:decision': listen }, h('input', { type: 'search', name: 'q', 'aria-label': 'Search the shop' })),
        h('p', { id: 'department' }, decision.value?.category ? `In ${decision.value.group.name} › ${decision.value.category.name}` : ''),
      ]);
  },
};

createApp(Search).mount('#app');
