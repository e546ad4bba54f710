// Queries from files and pasted text, and results back into files.
import Papa from 'papaparse';

export interface Line {
  query: string;
  locale: string;
  /** Accepted labels, when the file has them. */
  accepted: string[];
}

export interface Table {
  lines: Line[];
  labelled: boolean;
  /** Lines that were left out, and why. */
  skipped: string[];
}

const QUERY = ['query', 'queries', 'search_term', 'search term', 'keyword', 'q'];
const ACCEPTED = ['accepted', 'label', 'labels', 'category'];

/** A query a line; or CSV or TSV, with a header that names `query` and perhaps `locale` and `label`; or `label<TAB>query`. */
export function parse(text: string): Table {
  if (!/[\t,;]/.test(text.slice(0, 1e5))) return plain(text);
  const { data } = Papa.parse<string[]>(text, { skipEmptyLines: 'greedy', delimiter: delimiterOf(text) });
  const header = (data[0] ?? []).map((cell) => cell.trim().toLowerCase().replace(/^\ufeff/, ''));
  const query = header.findIndex((name) => QUERY.includes(name));
  if (query >= 0) {
    const accepted = header.findIndex((name) => ACCEPTED.includes(name));
    return table(data.slice(1), 2, { query, accepted, locale: header.indexOf('locale') });
  }
  const labelsFirst = data.every((row) => row.length === 2 && /^[a-z-]+([/:][a-z-]+)?(\|[a-z/:|-]+)?$/.test(row[0]!));
  if (labelsFirst && text.includes('\t')) return table(data, 1, { accepted: 0, query: 1, locale: -1 });
  return plain(text); // commas within queries
}

// Tabs win: queries hold commas, seldom tabs.
function delimiterOf(text: string): string {
  const first = text.slice(0, text.indexOf('\n') >>> 0);
  if (first.includes('\t')) return '\t';
  return first.includes(';') && !first.includes(',') ? ';' : ',';
}

function plain(text: string): Table {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  return { lines: lines.map((query) => ({ query, locale: '', accepted: [] })), labelled: false, skipped: [] };
}

function table(rows: string[][], from: number, at: { query: number; accepted: number; locale: number }): Table {
  const lines: Line[] = [];
  const skipped: string[] = [];
  rows.forEach((row, i) => {
    const query = row[at.query]?.trim();
    if (!query) return void skipped.push(`line ${i + from}: no query`);
    const accepted = (row[at.accepted] ?? '').split('|').map((label) => label.trim()).filter(Boolean);
    lines.push({ query, locale: row[at.locale]?.trim() ?? '', accepted });
  });
  return { lines, labelled: at.accepted >= 0, skipped };
}

/** As spreadsheets read it: a text that starts as a formula is kept a text. */
export const toCsv = (rows: Record<string, string | number>[]): string => Papa.unparse(rows, { newline: '\n', escapeFormulae: true });

export function download(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
