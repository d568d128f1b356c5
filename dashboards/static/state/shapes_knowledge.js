/**
 * Procedures and what closed similar faults, as the API shows them (docs/api-centre.md).
 *
 * @typedef {object} Version
 * @property {number} version  0 is the one that ships
 * @property {string|null} made_at
 * @property {string} made_by
 * @property {string} note  why
 * @property {boolean} shipped
 *
 * @typedef {object} ProcedureParts
 * @property {string} id
 * @property {string} title
 * @property {string[]} alarm_types
 * @property {string[]} categories  of complaints
 * @property {"zh"|"en"} language
 * @property {string} summary
 * @property {string[]} steps
 * @property {string[]} warnings
 * @property {boolean} current
 * @property {Version[]} [versions]  the newest first; of one that was asked for by its id
 *
 * @typedef {ProcedureParts & Version} Procedure
 *
 * @typedef {object} SimilarFault
 * @property {string} id  the incident
 * @property {string} ticket
 * @property {string} site
 * @property {string|null} site_name
 * @property {string} resource
 * @property {string} closed_at
 * @property {string} cause
 * @property {string} result
 * @property {string} responsible_party
 * @property {number} minutes  from its opening until it was resolved
 * @property {boolean} same_site
 *
 * @typedef {{items: SimilarFault[], causes: {cause: string, count: number}[], looked_at: number}} Similar
 */

export {};
