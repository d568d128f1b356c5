/**
 * The page's sound: silent until a person turns it on, kept for the next time, and honest about a browser that refuses it.
 *
 *   const [sound, setSound] = useSound();   // "unasked" | "on" | "off" | "blocked"; setSound(true) within a click or key
 *   play(SOS);                              // notes, each {hz, at, seconds}; nothing happens unless sound is on
 */

import { useEffect, useState } from "/vendor/preact.js";

/** @typedef {"unasked"|"on"|"off"|"blocked"} Sound  blocked: wanted, but the browser waits for a click or key first */
/** @typedef {{hz: number, at: number, seconds: number}} Note  `at` in seconds from the start */

const KEY = "guywire.sound";
const LOUD = 0.2;
const FADE_SECONDS = 0.02;

/** High and low in turns, for what can cost a life. @type {Note[]} */
export const SOS = [0, 1, 2, 3, 4, 5].map((n) => ({ hz: n % 2 ? 660 : 990, at: n * 0.22, seconds: 0.2 }));
/** Two even knocks, for what is overdue. @type {Note[]} */
export const KNOCK = [0, 1].map((n) => ({ hz: 520, at: n * 0.3, seconds: 0.14 }));

/** @type {AudioContext|null} */
let audio = null;
/** @type {boolean|null} null until somebody was asked */
let wanted = kept();
/** @type {Set<() => void>} */
const listeners = new Set();

/** @returns {Sound} */
function soundNow() {
  if (wanted === null) return "unasked";
  if (!wanted) return "off";
  return audio?.state === "running" ? "on" : "blocked";
}

/** @param {boolean} on */
export function setSound(on) {
  wanted = on;
  try {
    localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    // the choice lasts as long as the page
  }
  if (on) wake();
  tell();
}

/** @returns {[Sound, (on: boolean) => void]} */
export function useSound() {
  const [sound, note] = useState(soundNow());
  useEffect(() => {
    const listener = () => note(soundNow());
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return [sound, setSound];
}

/** @param {Note[]} notes */
export function play(notes) {
  if (!audio || soundNow() !== "on") return;
  for (const { hz, at, seconds } of notes) sing(audio, hz, audio.currentTime + at, seconds);
}

/** @param {AudioContext} context
 * @param {number} hz
 * @param {number} from
 * @param {number} seconds */
function sing(context, hz, from, seconds) {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.type = "triangle";
  tone.frequency.value = hz;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(LOUD, from + FADE_SECONDS);
  volume.gain.setValueAtTime(LOUD, from + seconds - FADE_SECONDS);
  volume.gain.linearRampToValueAtTime(0, from + seconds);
  tone.connect(volume).connect(context.destination);
  tone.start(from);
  tone.stop(from + seconds);
}

/** Browsers let a page sound only after a click or a key; so each of them tries again until one was enough. */
function wake() {
  if (!audio) {
    audio = new AudioContext();
    audio.addEventListener("statechange", tell);
  }
  void audio.resume().then(tell, tell);
}

function tell() {
  for (const listener of listeners) listener();
}

/** @returns {boolean|null} */
function kept() {
  try {
    const value = localStorage.getItem(KEY);
    return value === null ? null : value === "on";
  } catch {
    return null;
  }
}

for (const gesture of ["pointerdown", "keydown"]) {
  addEventListener(gesture, () => soundNow() === "blocked" && wake(), { passive: true });
}
