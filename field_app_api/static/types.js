/**
 * The objects of the field API as the page reads them, and what the phone keeps itself.
 *
 * @typedef {{zh: string, en: string}} Words
 * @typedef {{code: string, minutes: number, km: number, from: string, rank: number, of: number}} Why
 * @typedef {{latitude: number, longitude: number}} Place
 * @typedef {Place & {note?: string, by?: string, at?: string}} KnownPlace
 * @typedef {Place & {accuracy: number, at: number}} Fix  where the phone is; metres, milliseconds
 * @typedef {{id: string, severity: string, alarm_type: string, name: Words, resource: string, state: string,
 *   raised_at: string, cleared_at: string | null}} Alarm
 * @typedef {{id: string, name: string, phone: string}} Person
 * @typedef {{at: string, summary: string | Words, cause?: string, result?: string, technician_name?: string}} Visit
 * @typedef {{name: string, words: Words, required: boolean}} Check
 * @typedef {{name: string, words: Words, unit: string, low: number | null, high: number | null}} AskedReading
 * @typedef {{id: string, at: string, kind: string, name: string, value?: string | number | boolean | null, unit?: string,
 *   text?: string, photo?: string}} FieldRecord
 * @typedef {{id: string, kind: string, name: string, at: string, bytes: number}} Photo
 * @typedef {{at: string, by: string, text: string}} Answer
 * @typedef {{id: string, at: string, by: string, text: string, photo?: string, answers: Answer[], site?: string,
 *   site_name?: string, work_order?: string}} Question
 * @typedef {{problem: string, cause: string, workaround: string, by: string | null, at: string | null}} KnownError
 * @typedef {{id: string, started_at: string, stopped_at: string | null, fuel_litres?: number | null, hours?: number | null,
 *   state?: string}} Run
 * @typedef {{
 *   id: string, site: string, site_name: string | null, latitude: number, longitude: number, time_zone: string | null,
 *   region: string, access: string, state: string, priority: number, summary: string, lead?: boolean, repeats?: number, fault: Words, kinds: string[],
 *   offered_at: string, offer_expires_at: string | null, accepted_at: string | null, en_route_at: string | null,
 *   on_site_at: string | null, ended_at: string | null, planned_arrival_at: string, travel_minutes: number,
 *   distance_km: number, asked_to_return_at: string | null, site_down_at: string | null, reason: string, cause: string,
 *   result: string, version: number, explanation: {why?: Why}, ticket_title: string, alarms: Alarm[],
 *   first_steps: {zh: string[], en: string[]}, mates?: Person[], history?: Visit[], parts?: {zh: string[], en: string[]},
 *   checks?: Check[], asked_readings?: AskedReading[],
 *   places?: {parking: KnownPlace | null, site: KnownPlace | null, track: [number, number][] | null},
 *   records?: FieldRecord[], photos?: Photo[], questions?: Question[], runs?: Run[],
 *   known_errors?: KnownError[],
 *   customer?: {name?: string, phone?: string, address?: string} | null
 * }} Order
 * @typedef {{id: string, version: number, title: string, language: string, summary: string, steps: string[],
 *   warnings: string[]}} Procedure
 * @typedef {{language: string, at: number, items: Procedure[]}} KeptProcedures  fetched when, milliseconds
 * @typedef {Order & {waiting: Item[], aside: Item[], unsent: number}} ShownOrder  `unsent` photos of it are still here
 * @typedef {{need: string, order: string | null, ticket: string, site: string, site_name: string | null, latitude: number,
 *   longitude: number, time_zone: string | null, kind: string, summary: string, fault: Words, arrive: string,
 *   leave: string}} Stop
 * @typedef {{id: string, kind: string, at: string, words: Words, urgent: boolean, work_order: string | null,
 *   site: string | null, seen_at: string | null}} Notice
 * @typedef {{id: string, name: string, phone: string, latitude: number, longitude: number, position_at: string,
 *   busy: boolean, km: number}} Mate
 * @typedef {{geofence_metres: number, photo_max_bytes: number, photo_max_side: number, photo_quality: number,
 *   result_example: string | Words, vague: string[], positions_kept_days?: number}} Rules
 * @typedef {{
 *   seen: string, as_of: string,
 *   person: {id: string, name: string, region: string, time_zone: string | null, manager: Person | null},
 *   duty: {on: boolean, until: string | null, next_from: string | null}, orders: Order[], plan: Stop[], notices: Notice[],
 *   team: Mate[], emergency: {region: string, since: string, words: Words} | null,
 *   sos: {id: string, since: string} | null, watch: {work_order: string | null, until: string} | null, rules: Rules
 * }} Day
 *
 * What is to be sent. Items of one `chain` need the ones before them; `urgent` goes before all others.
 * @typedef {"transition" | "step_back" | "records" | "place" | "run" | "question" | "answer" | "sos" | "watch" | "seen"} Kind
 * @typedef {{status: number, reason: string, message: string, because: number | null}} Refusal  `because` of that item
 * @typedef {{kind: Kind, path: string, body: any, order: string, chain: string, urgent: boolean}} Action
 * @typedef {Action & {seq: number, account: string, key: string, at: string, state: "waiting" | "sent" | "aside",
 *   sent_at: number, tries: number, refusal: Refusal | null}} Item
 * @typedef {{id: string, account: string, order: string, kind: string, name: string, at: string, blob: Blob,
 *   state: "waiting" | "sent" | "aside", tries: number, refusal: Refusal | null}} KeptPhoto
 */

export {};
