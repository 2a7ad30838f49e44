const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as text in HTML, SVG and their attributes: names are people's, and may hold anything. Control characters go. */
export function escapeMarkup(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are not allowed in XML, escaped or not
  const printable = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '');
  return printable.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Text inside a Markdown table's cell or paragraph: no markup of its own, no line breaks, no HTML. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>|#~]/g, (character) => `\\${character}`)
    .replaceAll('\\<', '&lt;')
    .replaceAll('\\>', '&gt;');
}
