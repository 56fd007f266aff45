import type { Company } from "./company.ts";

type Organisation = Pick<Company, "employees" | "positions" | "people">;

/** The departments whose totals count for an employee; null when only the own score does. */
export function levelsAbove({ employees, positions, people }: Organisation, employee: string) {
  const person = employees.get(employee);
  const composition = positions.get(person?.position ?? "")?.composition;
  if (!person || !composition) return null;
  // The chain is the employee, the department and its ancestors up to the company.
  const chain = people.subjectsOf(employee).slice(1);
  return { composition, department: chain[0] ?? null, top: chain.at(-1) ?? null };
}

/** Employees for whom a department's total counts, by department. */
export function gatherMembers(organisation: Organisation): Company["members"] {
  const members = new Map<string, string[]>();
  for (const employee of organisation.employees.keys()) {
    const above = levelsAbove(organisation, employee);
    for (const level of new Set([above?.department, above?.top])) {
      if (level == null) continue;
      const known = members.get(level);
      if (known) known.push(employee);
      else members.set(level, [employee]);
    }
  }
  return members;
}
