/**
 * Where the page begins. Read on in `elements/app.js` (the whole page), `elements/user-pane.js` (one person's app),
 * `store.js` (what it knows) and `api.js` (its only way to the server).
 */

import { applyTheme } from "./theme.js";
import { language, t } from "./i18n.js";
import "./elements/app.js";

applyTheme();
document.documentElement.lang = language;
document.title = t("page");
