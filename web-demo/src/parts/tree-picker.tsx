import { useEffect, useRef, useState } from 'preact/hooks';
import type { PackFacts } from '../model/engine';
import { OUTCOME_WORDS } from '../model/words';

interface Item {
  label: string;
  name: string;
  level: 1 | 2;
  /** Of a group: whether its subcategories are shown. */
  open?: boolean;
  parent?: string;
}

interface Props {
  facts: PackFacts;
  /** What to say beside a subcategory that has something of its own to say. */
  aside: (label: string) => string | undefined;
  onChoose: (label: string) => void;
}

/** The taxonomy as a tree under a search field: typing narrows it, arrows walk it, Enter takes. `onChoose` is told the label. */
export function TreePicker({ facts, aside, onChoose }: Props) {
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const items = visible(facts, search.trim().toLowerCase(), open);
  const at = Math.min(active, items.length - 1);
  useEffect(() => list.current?.children[at]?.scrollIntoView({ block: 'nearest' }), [at, search]);

  const toggle = (label: string, wanted: boolean) => {
    const next = new Set(open);
    if (wanted) next.add(label);
    else next.delete(label);
    setOpen(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const item = items[at];
    const steps: Record<string, () => void> = {
      ArrowDown: () => setActive(Math.min(at + 1, items.length - 1)),
      ArrowUp: () => setActive(Math.max(at - 1, 0)),
      Enter: () => item && onChoose(item.label),
    };
    // Left and right walk the tree when there is no text to walk.
    if (search === '' && item) {
      steps['ArrowRight'] = () => item.open === false && toggle(item.label, true);
      steps['ArrowLeft'] = () => (item.open ? toggle(item.label, false) : item.parent && setActive(items.findIndex(({ label }) => label === item.parent)));
    }
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    step();
  };
  return (
    <div class="tree-picker">
      <input
        type="text"
        role="combobox"
        aria-label="Search the taxonomy"
        aria-expanded="true"
        aria-controls="tree"
        aria-haspopup="tree"
        aria-autocomplete="list"
        aria-activedescendant={items.length ? `tree-${at}` : undefined}
        placeholder="dresses, tools, not shopping…"
        value={search}
        onInput={(event) => (setSearch(event.currentTarget.value), setActive(0))}
        onKeyDown={onKeyDown}
      />
      <ul id="tree" role="tree" aria-label="Taxonomy" ref={list}>
        {items.map(({ label, name, level, open: isOpen }, i) => (
          <li
            key={label}
            id={`tree-${i}`}
            role="treeitem"
            aria-level={level}
            aria-selected={i === at}
            aria-expanded={isOpen}
            class={`level-${level}`}
            onClick={() => onChoose(label)}
          >
            {isOpen !== undefined && <span class="twist" aria-hidden="true" onClick={(event) => (event.stopPropagation(), setActive(i), toggle(label, !isOpen))} />}
            <span>{name}</span>
            {isOpen !== undefined ? <small>the whole group</small> : aside(label) && <small class="shown">{aside(label)}</small>}
          </li>
        ))}
      </ul>
      {items.length === 0 && <p class="note">Nothing in the taxonomy has “{search}” in its name.</p>}
    </div>
  );
}

// While searching, what fits: a group with all of its own, or the group of what fits.
function visible(facts: PackFacts, search: string, open: ReadonlySet<string>): Item[] {
  const fits = (name: string) => name.toLowerCase().includes(search);
  const special: Item[] = [
    { label: 'none', name: OUTCOME_WORDS.none, level: 1 },
    { label: 'broad', name: OUTCOME_WORDS.broad, level: 1 },
  ];
  const groups = facts.groups.flatMap(({ id, name, subcategories }): Item[] => {
    const label = `group:${id}`;
    const whole = search !== '' && fits(name);
    const within = search === '' ? (open.has(label) ? subcategories : []) : whole ? subcategories : subcategories.filter((sub) => fits(sub.name));
    if (search !== '' && !whole && within.length === 0) return [];
    return [{ label, name, level: 1, open: within.length > 0 }, ...within.map((sub): Item => ({ label: sub.id, name: sub.name, level: 2, parent: label }))];
  });
  const items = [...groups, ...special.filter(({ name }) => fits(name))];
  return search === '' ? items : bestFirst(items, search);
}

// What starts with the search goes before what only contains it, groups staying together.
function bestFirst(items: Item[], search: string): Item[] {
  const blocks: Item[][] = [];
  for (const item of items) {
    if (item.level === 1) blocks.push([item]);
    else blocks.at(-1)!.push(item);
  }
  const rank = (block: Item[]) => (block.some(({ name }) => name.toLowerCase().startsWith(search)) ? 0 : 1);
  return blocks.sort((a, b) => rank(a) - rank(b)).flat();
}
