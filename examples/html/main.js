// The element, around an ordinary search form; without the script the form works as before.
import 'aisle/search';

document.addEventListener('aisle:decision', ({ detail: { group, category } }) => {
  document.getElementById('department').textContent = category ? `In ${group.name} › ${category.name}` : group ? `In ${group.name}` : '';
});
document.addEventListener('aisle:error', ({ detail }) => console.error(`${detail.message}. ${detail.hint}`));
