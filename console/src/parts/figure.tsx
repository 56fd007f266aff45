import { useState, type ReactNode } from "react";

/** A figure that lights up for a moment when `value` changes while it is on screen. */
export function Figure(props: { value: string | null; children: ReactNode; className?: string }) {
  const [seen, setSeen] = useState({ value: props.value, changes: 0 });
  if (seen.value !== props.value) setSeen({ value: props.value, changes: seen.changes + 1 });
  const classes = ["figure", props.className ?? "", seen.changes > 0 ? "figure-changed" : ""];
  return (
    // A new key starts the animation again.
    <span key={seen.changes} className={classes.join(" ")} data-changes={seen.changes}>
      {props.children}
    </span>
  );
}
