/** Where the page begins. */

import { applyTheme } from "./theme.js";
import { language, t } from "./i18n.js";
import "./elements/app.js";

applyTheme();
document.documentElement.lang = language;
document.title = t("page");
