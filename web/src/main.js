// The script of every page. Everything works without it; with it, pages
// answer in place, stay up to date, and are quicker to use.
import htmx from "htmx.org";
import Alpine from "@alpinejs/csp";
import { menus } from "./menu.js";
import { dialogs } from "./dialog.js";
import { theme } from "./theme.js";
import { live } from "./live.js";
import { keys } from "./keys.js";
import { drafts } from "./draft.js";
import { guard } from "./guard.js";
import { toasts } from "./toast.js";
import { copying } from "./copy.js";
import { printing } from "./print.js";
import { keeping } from "./keep.js";
import { retrying } from "./news.js";
import { tabs } from "./tabs.js";
import { uploads } from "./upload.js";
import { files } from "./files.js";
import { components } from "./components.js";

window.htmx = htmx;
toasts();
menus();
dialogs();
theme();
guard();
drafts();
keys();
copying();
printing();
keeping();
retrying();
tabs();
uploads();
files();
live();
components(Alpine);
Alpine.start();
