/** A title over terms with their figures, shown beside the pointer. Built as elements: a model's name is never read as HTML. */
export function factCard(
  title: string,
  facts: readonly (readonly [term: string, text: string])[],
  warning: string | null,
): HTMLElement {
  const card = document.createElement('div');
  card.className = 'hover-card';
  const head = document.createElement('strong');
  head.textContent = title;
  const list = document.createElement('dl');
  for (const [name, figure] of facts) {
    const term = document.createElement('dt');
    term.textContent = name;
    const text = document.createElement('dd');
    text.textContent = figure;
    list.append(term, text);
  }
  card.append(head, list);
  if (warning !== null) {
    const note = document.createElement('em');
    note.textContent = warning;
    card.append(note);
  }
  return card;
}
