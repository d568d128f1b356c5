/**
 * The shapes of docs/api-reports.md.
 */

/** @typedef {{zh: string, en: string}} Words */
/** @typedef {"count"|"minutes"|"percent"|"number"|"volts"|"text"|"alarm_type"|"yes_no"} ColumnKind */
/** @typedef {{id: string, kind: ColumnKind, title: Words}} Column */
/**
 * @typedef {object} Described
 * @property {string} id
 * @property {Words} title
 * @property {Words} counted
 * @property {string} figure
 * @property {boolean} less_is_better
 * @property {string[]} by
 * @property {boolean} which
 * @property {boolean} of_tenants
 * @property {Column[]} columns
 * @property {{column: string, value: number, title: Words}[]} limits  lines in the trend of a column
 */
/** @typedef {Record<string, any> & {id: string, name: string}} Item  a group, with a value for each column */
/**
 * @typedef {Described & {from: string, until: string, region: string, grouped_by: string, total: Record<string, any>,
 *   trend: (Record<string, any> & {at: string})[], items: Item[], more: number}} Report
 */
/**
 * @typedef {object} Fact
 * @property {string} id
 * @property {string} kind
 * @property {string} object
 * @property {string} at
 * @property {string|null} site
 * @property {string|null} site_name
 * @property {number|null} [value]
 * @property {boolean|null} [ok]
 */

export {};
