/**
 * The entry point. Continue with `elements/app.js` (the whole page), `elements/user-pane.js` (one user's app),
 * `store.js` (its state), `elements/content/index.js` (the kinds of content) and `api.js` (the client of the control API).
 */

import { applyTheme } from "./theme.js";
import { language, t } from "./i18n.js";
import "./elements/app.js";

applyTheme();
document.documentElement.lang = language;
document.title = t("page");
