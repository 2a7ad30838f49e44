import { escapeMarkdown } from './escape.ts';
import { reportSections, reportTitle, type ReportContent, type Section } from './report.ts';
import { cellText, type Table } from './table.ts';

/** A report as Markdown; charts stay out, what they show is in the tables. */
export function reportMarkdown(content: ReportContent): string {
  const sections = reportSections(content)
    .filter(({ chart }) => chart === undefined)
    .map(sectionMarkdown);
  return [`# ${escapeMarkdown(reportTitle(content))}`, ...sections].join('\n\n') + '\n';
}

function sectionMarkdown({ title, paragraphs = [], list = [], table }: Section): string {
  return [
    `## ${escapeMarkdown(title)}`,
    ...paragraphs.map(escapeMarkdown),
    ...(table === undefined ? [] : [tableMarkdown(table)]),
    ...(list.length === 0 ? [] : [list.map((text) => `- ${escapeMarkdown(text)}`).join('\n')]),
  ].join('\n\n');
}

function tableMarkdown({ columns, rows }: Omit<Table, 'title'>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const isNumeric = columns.map((_, index) => rows.some((row) => typeof row[index] === 'number'));
  return [
    line(columns.map(({ name }) => escapeMarkdown(name))),
    line(isNumeric.map((numeric) => (numeric ? '---:' : '---'))),
    ...rows.map((row) => line(row.map((cell, index) => escapeMarkdown(cellText(cell, columns[index]))))),
  ].join('\n');
}
