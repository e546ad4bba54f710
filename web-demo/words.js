// A Decision in words.

const BANDS = { certain: 'certain', 'very-likely': 'very likely', likely: 'likely', possible: 'possible', unlikely: 'a guess' };

/** {within, title, sure}: "Clothing", "Dresses", "97 %, certain". `within` is there for a category alone. */
export function inWords(decision, aisle) {
  const sure = `${percent(decision.confidence)}, ${BANDS[decision.band]}`;
  switch (decision.outcome) {
    case 'category': return { within: decision.group.name, title: decision.category.name, sure };
    case 'group': return { title: `Somewhere in ${decision.group.name}`, sure };
    case 'ambiguous': return { title: `Could be ${either(likelyGroups(decision, aisle))}`, sure };
    case 'broad': return { title: 'Shopping, no department in particular', sure };
    case 'none': return { title: 'Not a shopping query', sure };
    default: return { title: 'Not sure', sure: decision.confidence > 0 ? `best guess ${percent(decision.confidence)}` : '' };
  }
}

export const percent = (p) => (p > 0 && p < 0.01 ? '< 1 %' : `${Math.round(p * 100)} %`);

/** Names of a subcategory and its group, from its id. */
export function namesOf(id, pack) {
  const group = pack.groups.find((group) => id.startsWith(`${group.id}/`));
  return { within: group.name, title: group.subcategories.find((subcategory) => subcategory.id === id).name };
}

// The groups whose probabilities make up the confidence of an ambiguous outcome.
function likelyGroups(decision, aisle) {
  const { outcomes } = aisle.probabilities(decision.query);
  const groups = aisle.pack.groups.map((group, g) => ({ name: group.name, probability: outcomes[g] }));
  groups.sort((a, b) => b.probability - a.probability);
  let sum = 0;
  return groups.filter(({ probability }) => sum < decision.confidence - 1e-3 && (sum += probability)).map(({ name }) => name);
}

const either = (names) => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`);
