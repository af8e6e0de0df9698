// What every page gets. Each page works without it: this only makes it quicker.

import { createAll, initAll } from "govuk-frontend";
import { Alert } from "@ministryofjustice/frontend/moj/components/alert/alert.mjs";
import { ButtonMenu } from "@ministryofjustice/frontend/moj/components/button-menu/button-menu.mjs";
import { DatePicker } from "@ministryofjustice/frontend/moj/components/date-picker/date-picker.mjs";
import { MultiSelect } from "@ministryofjustice/frontend/moj/components/multi-select/multi-select.mjs";
import { SortableTable } from "@ministryofjustice/frontend/moj/components/sortable-table/sortable-table.mjs";
import { sendByScript } from "./upload.mjs";

// The design system's template says so by a script in the page, which our content
// policy refuses. A browser that reads modules is one that it supports.
document.body.classList.add("js-enabled", "govuk-frontend-supported");

initAll();
for (const component of [Alert, ButtonMenu, DatePicker, MultiSelect, SortableTable]) {
  createAll(component);
}
sendByScript(document);
