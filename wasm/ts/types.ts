/** What a classification answers. The fields are those of the command line's `--json`. */
export interface Decision {
  /** The query as it was read: lone surrogates have become U+FFFD. */
  query: string;
  outcome: Outcome;
  /** With `category`. */
  category?: Node;
  /** With `category` and `group`. */
  group?: Node;
  /**
   * 0 to 1, calibrated: the probability that the outcome is right. When `ambiguous`, that of all the likely groups together;
   * when `unknown`, that of the best candidate, which was not good enough.
   */
  confidence: number;
  band: Band;
  /** 0 to 1, calibrated: the probability that the query is shopping at all. */
  shopping: number;
  /** Ids of all subcategories that fit, best first, five at most, however many alternatives are asked for. */
  labels: string[];
  /** The most probable subcategories, whatever the outcome, best first. */
  alternatives: Alternative[];
  source: 'model' | 'override' | 'prototype';
  /** With the source `override`: the id of the rule. */
  rule?: string;
  pack: { name: string; version: string; taxonomy: string };
}

/**
 * - `category`: one subcategory
 * - `group`: one group; its subcategory is not sure
 * - `ambiguous`: several groups share the probability
 * - `broad`: shopping, but no single group
 * - `none`: not shopping
 * - `unknown`: no answer is sure enough
 */
export type Outcome = 'category' | 'group' | 'ambiguous' | 'broad' | 'none' | 'unknown';

/** Of the confidence: from .95, from .85, from .7, from .5, below. */
export type Band = 'certain' | 'very-likely' | 'likely' | 'possible' | 'unlikely';

/** A group or a subcategory, as decided. */
export interface Node {
  /** `clothing` or `clothing/dresses`. */
  id: string;
  name: string;
  confidence: number;
}

/** A subcategory that it may be. */
export interface Alternative {
  id: string;
  probability: number;
}

/** How to classify one query. */
export interface ClassifyOptions {
  /** BCP 47 tag such as `en-US`. A well-formed tag that the pack lacks acts as none. */
  locale?: string | undefined;
  /** How many alternatives, 0 to 100; 5 when left out. */
  top?: number | undefined;
  /** Share of wrong answers to put up with, one of `pack.errorRates`; the pack's default when left out. */
  errorRate?: number | undefined;
  /**
   * What was decided earlier in the same session, the newest last: ids of groups or subcategories, of which the last 8 count. What was
   * decided before becomes likelier again, within the pack's bound, so that it tells in ambiguous queries and hardly in clear ones.
   * The error rate is promised for queries without it. A pack without a bound refuses it.
   */
  context?: readonly string[] | undefined;
}

/** A head query of the pack's index, near to the one that was asked about. */
export interface SimilarQuery {
  /** As the store wrote it, but for spaces. */
  query: string;
  /** 0 to 1: how near in meaning and, for a third, in writing. */
  score: number;
}

/** How to look for similar queries. */
export interface SimilarOptions {
  /** BCP 47 tag such as `en-US`: best the one that the index was made with. */
  locale?: string | undefined;
  /** How many, 0 to 100; 5 when left out. */
  top?: number | undefined;
}

/**
 * Decides the queries that it matches, whatever the model says. Of several that match, the one with the highest priority decides;
 * of equals the narrower kind, in the order of `match` here, then the longer text, the narrower locale, the first.
 */
export interface Rule {
  /** Names it in decisions and errors; no two have the same. */
  id: string;
  /**
   * - `exact`: the query is the text
   * - `prefix`: it starts with the text
   * - `contains`: it has the text in it, as whole words
   * - `pattern`: the text is a regular expression, of a part of RE2's syntax, that matches somewhere in it
   */
  match: 'exact' | 'prefix' | 'contains' | 'pattern';
  /** Normalised as queries are: case, width and spaces make no difference. */
  text: string;
  /** Subcategories, best first (`clothing/dresses`); or `group:clothing`, `broad`, `none` or `unknown`. */
  decision: string | readonly string[];
  /** BCP 47 tag; for queries of that locale and of those within it (`en` for `en-GB` too). All, when left out. */
  locale?: string | undefined;
  /** A whole number; 0 when left out. */
  priority?: number | undefined;
}

/** A category that the pack lacks, made of a few example queries. */
export interface NewCategory {
  /** A group's id, a slash and a name, such as `tools/laser-levels`. */
  id: string;
  /** For display. */
  name: string;
  /** Of a group that the pack lacks, which is then made; left out for one that is there. */
  groupName?: string | undefined;
  /** 1 to 20 queries that belong to it, as different as shoppers type them. */
  examples: readonly string[];
  /** BCP 47 tag of the examples, such as `en-US`. */
  locale?: string | undefined;
}

/** All calibrated probabilities of one query. */
export interface Probabilities {
  /** Of each group in the order of `pack.groups`, then broad, then none; sums to 1. */
  outcomes: Float32Array;
  /** Of each subcategory, group after group; a group's sum to that group's probability. */
  subcategories: Float32Array;
}

/** What a pack says about itself. */
export interface PackFacts {
  name: string;
  version: string;
  licence: string;
  bytes: number;
  /** Hash of the taxonomy, `sha256:…`. */
  taxonomy: string;
  /** BCP 47 tags of the languages it was trained for. */
  languages: string[];
  /** What it was trained on. */
  sources: string[];
  /** The mix of queries that its probabilities were calibrated for. */
  prior: string;
  groups: { id: string; name: string; subcategories: { id: string; name: string }[] }[];
  /** What may be asked for. */
  errorRates: ErrorRate[];
  /** The same for queries that are told a locale of another language than the first of `languages`; empty when it makes no difference. */
  otherLanguages: ErrorRate[];
  defaultErrorRate: number;
  sections: { name: string; bytes: number; xxh64: string }[];
}

/** A share of wrong answers that may be asked for. */
export interface ErrorRate {
  errorRate: number;
  /** Share of queries that then get an answer. */
  coverage: number;
  thresholds: Thresholds;
}

/** An outcome is stated from this probability on, 0 to 1; several groups `ambiguous` when theirs together reach that of `group`. */
export interface Thresholds {
  category: number;
  group: number;
  broad: number;
  none: number;
}

/** What a self-test found. */
export interface SelfTest {
  queries: number;
  /** Of a logit from the pack's own. */
  largestDifference: number;
}

/** An address, bytes, or a response that is there or on its way. In Node a string without a scheme is a path. */
export type ByteSource = URL | string | ArrayBuffer | ArrayBufferView | Response | Promise<Response>;

/** Bytes of the pack that have arrived, and of how many, where that is known: not of a compressed transfer. */
export interface Progress {
  loaded: number;
  total: number | undefined;
}

/** What became of another pack. `pack` is the one in use now; with an `error` the new one was refused and the old one stays. */
export interface PackUpdate {
  pack: PackFacts;
  error?: Error;
}

/** How to fetch another pack. */
export interface UpdateOptions {
  /** Gives up; the call then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called as the pack arrives, at least once. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Hash that the pack must have, as in HTML: `sha256-` and base64. */
  integrity?: string | undefined;
}

/** What to load, and how. */
export interface LoadOptions {
  /** The pack; `storefront.aisle` beside the module when left out. Bytes are copied and stay the caller's. */
  pack?: ByteSource | undefined;
  /** The engine; when left out, the faster of the two beside the module that runs here. */
  wasm?: ByteSource | WebAssembly.Module | undefined;
  /** Which engine beside the module: `true` the one with relaxed SIMD, `false` the one without; chosen when left out. */
  relaxed?: boolean | undefined;
  /** Gives up loading; `load` then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called as the pack arrives, at least once. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Hashes that the files must have, as in HTML: `sha256-` and base64. */
  integrity?: { pack?: string | undefined; wasm?: string | undefined } | undefined;
  /**
   * Name of a Cache Storage cache that keeps the pack. The next load takes it from there without waiting for the network, and
   * asks the address afterwards whether it has another. Without effect where there is no Cache Storage.
   */
  cache?: string | undefined;
  /**
   * Called after another pack took this one's place, by `updatePack` or because the address of a cached pack had another. With
   * this option such a pack is put to use at once, if it passes its self-test; without, at the next load.
   */
  onPackUpdate?: ((update: PackUpdate) => void) | undefined;
}

/** How to classify many queries. */
export interface ManyOptions extends ClassifyOptions {
  /** Stops between two queries; the iteration then throws the signal's reason. */
  signal?: AbortSignal | undefined;
}
