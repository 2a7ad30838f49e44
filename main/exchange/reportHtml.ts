import { escapeMarkup } from './escape.ts';
import { reportSections, reportTitle, type ReportContent, type Section } from './report.ts';
import { scatterSvg } from './svg/scatter.ts';
import { cellText, type Table } from './table.ts';

/** Nothing is fetched and nothing is run, whatever a name in the data may hold. */
const policy = "default-src 'none'; style-src 'unsafe-inline'";

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6570; --line: #d8dde3; --paper: #fff; --chosen: #1668b8; --passing: #4f9d69; --excluded: #a9b1ba; --limit: #b3401f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --soft: #a3adb8; --line: #3a424b; --paper: #16191d; --chosen: #6cb2f7; --passing: #74c38e; --excluded: #5f6974; --limit: #ef8a68; } }
@media print { :root { color-scheme: light; } section { break-inside: avoid-page; } }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 4rem; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.6rem; margin: 0 0 .2rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .3rem 0; } ul { margin: .3rem 0; padding-left: 1.2rem; } .soft { color: var(--soft); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; white-space: nowrap; } td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
svg { display: block; width: 100%; height: auto; font: 11px system-ui, sans-serif; }
svg .grid { stroke: var(--line); stroke-width: .7; } svg .tick, svg .axis { fill: var(--soft); } svg .axis { font-size: 12px; }
svg .front { fill: none; stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 3; }
svg .limit { stroke: var(--limit); stroke-width: 1.5; } svg .limit-text { fill: var(--limit); }
svg .bar { stroke-width: 1.5; } svg circle { fill-opacity: .55; stroke-width: 1; }
svg g.chosen { fill: var(--chosen); stroke: var(--chosen); } svg g.passing { fill: var(--passing); stroke: var(--passing); } svg g.excluded { fill: var(--excluded); stroke: var(--excluded); }
svg .label { fill: var(--ink); } svg .label.chosen { font-weight: 600; } svg .label.excluded { fill: var(--soft); }
`;

/** A report as one HTML file: no script, nothing from outside, readable offline and on paper. */
export function reportHtml(content: ReportContent): string {
  const title = escapeMarkup(reportTitle(content));
  const sections = reportSections(content).map(sectionHtml).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<h1>${title}</h1>
<p class="soft">Backbench ${escapeMarkup(content.version)}, ${escapeMarkup(content.writtenAt)}</p>
${sections}
</body>
</html>
`;
}

function sectionHtml({ title, paragraphs = [], list = [], table, chart }: Section): string {
  const parts = [
    `<h2>${escapeMarkup(title)}</h2>`,
    ...paragraphs.map((text) => `<p>${escapeMarkup(text)}</p>`),
    ...(table === undefined ? [] : [tableHtml(table)]),
    ...(chart === undefined ? [] : [scatterSvg(chart)]),
    ...(list.length === 0
      ? []
      : [`<ul>${list.map((text) => `<li>${escapeMarkup(text)}</li>`).join('')}</ul>`]),
  ];
  return `<section>${parts.join('\n')}</section>`;
}

function tableHtml({ columns, rows }: Omit<Table, 'title'>): string {
  const head = columns.map(({ name }) => `<th scope="col">${escapeMarkup(name)}</th>`).join('');
  const body = rows.map(
    (row) =>
      `<tr>${row
        .map((cell, index) => {
          const text = escapeMarkup(cellText(cell, columns[index]));
          return typeof cell === 'number' ? `<td class="number">${text}</td>` : `<td>${text}</td>`;
        })
        .join('')}</tr>`,
  );
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}
