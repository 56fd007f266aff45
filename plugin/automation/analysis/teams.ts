import type { Graded } from "./distribution.ts";
import type { Reading } from "./reading.ts";

/** People a quota looks at together. */
export interface Team {
  /** Department, by record id; "" = nobody's or everybody's. */
  readonly id: string;
  readonly name: string;
  readonly people: readonly Graded[];
}

/** Everybody with those of the same department; people without one are together. */
export function teamsOf({ company }: Reading, graded: readonly Graded[]): Team[] {
  const teams = new Map<string, Graded[]>();
  for (const one of graded) {
    const department = company.employees.get(one.sheet.sheet.subject)?.department ?? "";
    const id = company.departments.has(department) ? department : "";
    teams.set(id, [...(teams.get(id) ?? []), one]);
  }
  return [...teams].map(([id, people]) => ({
    id,
    name: company.departments.get(id)?.name ?? "",
    people,
  }));
}

/**
 * Departments, with those that have fewer people than `least` taken together with the department above,
 * from the bottom up. What is too small even at the top stays so.
 */
export function poolTeams(reading: Reading, graded: readonly Graded[], least: number): Team[] {
  const { departments } = reading.company;
  const depthOf = (id: string): number => {
    const seen = new Set<string>();
    let above: string | null = id;
    // A department that is its own ancestor ends the walk.
    while (above && departments.has(above) && !seen.has(above)) {
      seen.add(above);
      above = departments.get(above)?.parent ?? null;
    }
    return seen.size;
  };
  const teams = new Map(teamsOf(reading, graded).map((team) => [team.id, team]));
  for (let depth = Math.max(0, ...[...departments.keys()].map(depthOf)); depth > 1; depth -= 1) {
    for (const team of [...teams.values()]) {
      const above = departments.get(departments.get(team.id)?.parent ?? "");
      if (depthOf(team.id) !== depth || team.people.length >= least || !above) continue;
      teams.delete(team.id);
      const { id, name } = above;
      teams.set(id, { id, name, people: [...(teams.get(id)?.people ?? []), ...team.people] });
    }
  }
  return [...teams.values()];
}
