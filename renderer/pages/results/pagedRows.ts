import type { Answer, Failure } from '../../../preload/contract.ts';

/** One answer: some rows, and how many there are in the whole section. */
export interface PageOfRows<Row> {
  readonly total: number;
  readonly rows: readonly Row[];
}

/** Rows of a section from `first` to `last`, both included. */
export interface Span {
  readonly section: string;
  readonly first: number;
  readonly last: number;
}

export type FetchPage<Row> = (
  section: string,
  offset: number,
  limit: number,
) => Promise<Answer<PageOfRows<Row>>>;

/** What the owner learns as answers come in. */
export interface PageListener {
  page(section: string, total: number): void;
  failure(failure: Failure): void;
}

interface PageName {
  readonly key: string;
  readonly section: string;
  readonly page: number;
}

const pageRows = 200;
/** Far more than any window shows, far less than a store may hold. */
const mostRows = 6000;
/** A group can be a few rows: several are asked for at a time, but no queue forms that a person has scrolled past. */
const mostUnderWay = 4;

/**
 * The rows of a long list of which only the pages in view are asked for; those seen last are kept. A list may have sections (the
 * groups of a table), each paged by itself. One object answers for one question: another question gets another object, and
 * what this one still waits for is nobody's concern once it is stopped.
 */
export class PagedRows<Row> {
  /** In the order in which they were last in view. */
  readonly #pages = new Map<string, readonly Row[]>();
  readonly #underWay = new Set<string>();
  #wanted: readonly PageName[] = [];
  #stopped = false;

  readonly #fetch: FetchPage<Row>;
  readonly #told: PageListener;

  constructor(fetch: FetchPage<Row>, told: PageListener) {
    this.#fetch = fetch;
    this.#told = told;
  }

  /** The row, or undefined while its page is not here. */
  row(section: string, index: number): Row | undefined {
    return this.#pages.get(pageAt(section, index).key)?.[index % pageRows];
  }

  /** Asks for the page of one row and waits for it: null once it is here. */
  async load(section: string, index: number): Promise<Failure | null> {
    return this.#load(pageAt(section, index));
  }

  /** Says what is in view now. Pages that were wanted before and have not been asked for are given up. */
  want(spans: readonly Span[]): void {
    this.#wanted = spans.flatMap(pagesOf);
    for (const { key } of this.#wanted) {
      const rows = this.#pages.get(key);
      if (rows === undefined) continue;
      this.#pages.delete(key);
      this.#pages.set(key, rows);
    }
    this.#askForMore();
  }

  /** Nothing is asked for any more, and answers that are still to come are ignored. */
  stop(): void {
    this.#stopped = true;
    this.#wanted = [];
  }

  #askForMore(): void {
    for (const page of this.#wanted) {
      if (this.#underWay.size >= mostUnderWay) return;
      if (this.#pages.has(page.key) || this.#underWay.has(page.key)) continue;
      void this.#load(page);
    }
  }

  async #load({ key, section, page }: PageName): Promise<Failure | null> {
    this.#underWay.add(key);
    const answer = await this.#fetch(section, page * pageRows, pageRows);
    this.#underWay.delete(key);
    if (this.#stopped) return null;
    if (!answer.ok) {
      // Not asked again by itself: a service that is away would be asked without end.
      this.#wanted = [];
      this.#told.failure(answer.failure);
      return answer.failure;
    }
    this.#pages.set(key, answer.value.rows);
    this.#forgetOldest();
    this.#told.page(section, answer.value.total);
    this.#askForMore();
    return null;
  }

  #forgetOldest(): void {
    const inView = new Set(this.#wanted.map(({ key }) => key));
    let rows = [...this.#pages.values()].reduce((sum, page) => sum + page.length, 0);
    for (const [key, page] of this.#pages) {
      if (rows <= mostRows) return;
      if (inView.has(key)) continue;
      this.#pages.delete(key);
      rows -= page.length;
    }
  }
}

function pageAt(section: string, index: number): PageName {
  return pageOf(section, Math.floor(index / pageRows));
}

function pageOf(section: string, page: number): PageName {
  return { key: `${page} ${section}`, section, page };
}

function pagesOf({ section, first, last }: Span): PageName[] {
  const begin = Math.floor(first / pageRows);
  const end = Math.floor(last / pageRows);
  return Array.from({ length: Math.max(0, end - begin + 1) }, (_, i) => pageOf(section, begin + i));
}
