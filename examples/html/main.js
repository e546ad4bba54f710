// The element, around an ordinary search form; without the script the form works as before.
import 'aisle/search';

const department = /** @type {HTMLElement} */ (document.getElementById('department'));

document.addEventListener('aisle:decision', ({ detail: { decision } }) => {
  const { group, category } = decision;
  department.textContent = category ? `In ${group?.name} › ${category.name}` : group ? `In ${group.name}` : '';
});

// Search goes on without it; whoever looks after the shop wants to know why.
document.addEventListener('aisle:error', ({ detail: { error } }) => {
  department.textContent = '';
  department.dataset.error = `${error.message}. ${error.hint}`;
});
