import { departmentChain, type Company } from "./company.ts";

type Organisation = Pick<Company, "employees" | "positions" | "departments" | "assignments">;

/** Where somebody is scored. */
export interface Post {
  readonly position: string | null;
  readonly department: string | null;
}

/** Every position and department an employee may be scored in: after transfers more than one. */
export function postsOf(
  { employees, assignments }: Pick<Company, "employees" | "assignments">,
  employee: string,
): readonly Post[] {
  const person = employees.get(employee);
  const home = { position: person?.position ?? null, department: person?.department ?? null };
  const moved = (assignments.get(employee) ?? []).map(({ position, department }) => ({
    position,
    department: department ?? home.department,
  }));
  return [home, ...moved];
}

/** The departments whose totals count for somebody in a post; null when only the own score does. */
export function levelsAbove(
  { positions, departments }: Pick<Company, "positions" | "departments">,
  { position, department }: Post,
) {
  const composition = positions.get(position ?? "")?.composition;
  if (!composition) return null;
  // The department and its ancestors up to the company.
  const chain = departmentChain(departments, department);
  return { composition, department: chain[0] ?? null, top: chain.at(-1) ?? null };
}

/** Employees for whom a department's total counts, by department. */
export function gatherMembers(organisation: Organisation): Company["members"] {
  const members = new Map<string, string[]>();
  for (const employee of organisation.employees.keys()) {
    const levels = postsOf(organisation, employee).flatMap((post) => {
      const above = levelsAbove(organisation, post);
      return [above?.department, above?.top];
    });
    for (const level of new Set(levels)) {
      if (level == null) continue;
      const known = members.get(level);
      if (known) known.push(employee);
      else members.set(level, [employee]);
    }
  }
  return members;
}
