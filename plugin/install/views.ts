import { isPluginError } from "../errors.ts";
import type { Filter, NewView } from "../workspace/workspace.ts";
import { fieldBinding, optionBinding } from "./bindings.ts";
import { inLocale, type PackFilter, type PackView } from "./pack.ts";
import type { Place, Site } from "./structure.ts";

/**
 * Create the views of a table that were never created. Views that a person changed or removed stay
 * as they are; where the host has no views for us, a line in the log says so and that is all.
 *
 * @returns how many were created
 */
export async function ensureTableViews(site: Site, place: Place): Promise<number> {
  const { installed, workspace, locale, log } = site;
  const { pack, key, table } = place;
  const bound = installed.binding(key);
  if (!bound || !site.live.has(bound.id)) return 0;
  const wanted = Object.entries(table.views).filter(
    ([name]) => !installed.isSettled(pack.id, `view/${key}/${name}`),
  );
  if (wanted.length === 0) return 0;
  const views = wanted.map(([, view]) => newView(site, place, view));
  try {
    await workspace.structure.ensureViews(bound.id, views);
  } catch (error) {
    if (!isPluginError(error, "workspace/unsupported")) throw error;
    log.warn({ table: key }, "views left out: these credentials cannot create them here");
    // Noted as nothing of ours, so that the next run does not ask again.
    installed.settle(pack.id, new Map(wanted.map(([name]) => [`view/${key}/${name}`, null])));
    return 0;
  }
  const contents = wanted.map(([name, view]): [string, unknown] => [
    `view/${key}/${name}`,
    { ...view, name: inLocale(view.name, locale) },
  ]);
  installed.settle(pack.id, new Map(contents));
  return views.length;
}

function newView(site: Site, place: Place, view: PackView): NewView {
  const idOf = (field: string) => site.installed.binding(fieldBinding(place.key, field))?.id;
  const present = (field: string) => {
    const id = idOf(field);
    return id === undefined ? [] : [id];
  };
  return {
    name: inLocale(view.name, site.locale),
    visibleFields: view.visible.flatMap(present),
    order: view.order.flatMap((written) => {
      const direction = written.startsWith("-") ? ("desc" as const) : ("asc" as const);
      return present(written.replace(/^-/, "")).map((field) => ({ field, direction }));
    }),
    filter: view.filter ? newFilter(site, place, view.filter) : null,
  };
}

/** The filter over ids; null when a field it asks for is not there, rather than half a condition. */
function newFilter(site: Site, place: Place, filter: PackFilter): Filter | null {
  if ("field" in filter) return newCondition(site, place, filter);
  const isAnd = "and" in filter;
  const parts = (isAnd ? filter.and : filter.or).map((part) => newFilter(site, place, part));
  const whole = parts.filter((part) => part !== null);
  if (whole.length < parts.length) return null;
  return isAnd ? { and: whole } : { or: whole };
}

function newCondition(
  site: Site,
  place: Place,
  { field, query }: { field: string; query: Readonly<Record<string, string | string[]>> },
): Filter | null {
  const { installed } = site;
  const id = installed.binding(fieldBinding(place.key, field))?.id;
  if (id === undefined) return null;
  const type = place.table.fields[field]?.type;
  const isNumber = type === "number" || type === "percent" || type === "money";
  const valueOf = (operator: string, value: string | string[]): unknown => {
    if (operator === "em") return value === "true";
    if (type === "option") {
      const keys = Array.isArray(value) ? value : [value];
      return keys.map((key) => installed.binding(optionBinding(place.key, field, key))?.id ?? "");
    }
    return isNumber && typeof value === "string" ? Number(value) : value;
  };
  return {
    field: id,
    query: Object.fromEntries(
      Object.entries(query).map(([operator, value]) => [operator, valueOf(operator, value)]),
    ),
  };
}
