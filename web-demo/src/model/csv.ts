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

const HEAD = 1e5; // of this many characters it is told what the text is
const SLICE = 2e5; // read at a time, so that the page stays free
const LINES = 5000;

interface Columns {
  query: number;
  accepted: number;
  locale: number;
  /** Line of the first row: 2 below a header. */
  from: number;
}

/** A query a line; or CSV or TSV, with a header that names `query` and perhaps `locale` and `label`; or `label<TAB>query`. */
export async function parse(text: string): Promise<Table> {
  const delimiter = delimiterOf(text);
  const columns = columnsOf(text.length > HEAD ? text.slice(0, text.lastIndexOf('\n', HEAD) >>> 0) : text, delimiter);
  return columns ? table(text, delimiter, columns) : plain(text);
}

// Undefined where commas are but commas within queries.
function columnsOf(head: string, delimiter: string): Columns | undefined {
  if (!/[\t,;]/.test(head)) return undefined;
  const { data } = Papa.parse<string[]>(head, { skipEmptyLines: 'greedy', delimiter });
  const header = (data[0] ?? []).map((cell) => cell.trim().toLowerCase().replace(/^\ufeff/, ''));
  const query = header.findIndex((name) => QUERY.includes(name));
  if (query >= 0) return { query, accepted: header.findIndex((name) => ACCEPTED.includes(name)), locale: header.indexOf('locale'), from: 2 };
  const labelsFirst = delimiter === '\t' && data.every((row) => row.length === 2 && /^[a-z-]+([/:][a-z-]+)?(\|[a-z/:|-]+)?$/.test(row[0]!));
  return labelsFirst ? { accepted: 0, query: 1, locale: -1, from: 1 } : undefined;
}

// Tabs win: queries hold commas, seldom tabs.
function delimiterOf(text: string): string {
  const first = text.slice(0, text.indexOf('\n') >>> 0);
  if (first.includes('\t')) return '\t';
  return first.includes(';') && !first.includes(',') ? ';' : ',';
}

const pause = () => new Promise<void>((resume) => setTimeout(resume));

async function plain(text: string): Promise<Table> {
  const lines: Line[] = [];
  const all = text.split('\n');
  for (let from = 0; from < all.length; from += LINES) {
    for (const line of all.slice(from, from + LINES)) {
      const query = line.trim();
      if (query) lines.push({ query, locale: '', accepted: [] });
    }
    await pause();
  }
  return { lines, labelled: false, skipped: [] };
}

async function table(text: string, delimiter: string, at: Columns): Promise<Table> {
  const lines: Line[] = [];
  const skipped: string[] = [];
  let row = 0;
  const take = (cells: string[]) => {
    if (++row < at.from) return;
    const query = cells[at.query]?.trim();
    if (!query) return void skipped.push(`line ${row}: no query`);
    const accepted = (cells[at.accepted] ?? '').split('|').map((label) => label.trim()).filter(Boolean);
    lines.push({ query, locale: cells[at.locale]?.trim() ?? '', accepted });
  };
  await new Promise<void>((complete) =>
    Papa.parse<string[]>(text, {
      delimiter,
      skipEmptyLines: 'greedy',
      chunkSize: SLICE,
      chunk: ({ data }: Papa.ParseResult<string[]>, parser: Papa.Parser) => {
        data.forEach(take);
        parser.pause();
        void pause().then(() => parser.resume());
      },
      complete: () => complete(),
    }),
  );
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
