/**
 * A component whose module is fetched when it is first drawn, so that a page begins with what is looked at first.
 */

import { html, useEffect, useState } from "/vendor/preact.js";
import { t } from "/shared/lib/i18n.js";
import { useAwaited } from "./keys.js";
import { Nothing } from "./marks.js";

/** @template P
 * @param {() => Promise<(props: P) => unknown>} load
 * @returns {(props: P) => unknown} */
export function lazy(load) {
  /** @type {((props: P) => unknown)|null} */
  let Component = null;
  return function Lazy(props) {
    const [failed, setFailed] = useState(0);
    const [, setLoaded] = useState(false);
    useEffect(() => {
      if (Component) return;
      load().then(
        (loaded) => {
          Component = loaded;
          setLoaded(true);
        },
        () => setFailed(failed + 1),
      );
    }, []);
    useAwaited(!Component && !failed);
    if (Component) return html`<${Component} ...${props} />`;
    if (!failed) return html`<${Nothing} title=${t("loading")} />`;
    return html`<${Nothing} title=${t("view.not_loaded")}>
      <button class="button" onClick=${() => location.reload()}>${t("view.load_again")}</button>
    <//>`;
  };
}
