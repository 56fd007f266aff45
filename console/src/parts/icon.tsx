const PATHS = {
  sheets: "M4 5h16M4 12h16M4 19h10",
  grid: "M4 5h16v14H4zM4 10h16M10 5v14",
  pulse: "M3 12h4l3-8 4 16 3-8h4",
  sun: "M12 4V2M12 22v-2M4 12H2M22 12h-2M6 6 4.5 4.5M19.5 19.5 18 18M6 18l-1.5 1.5M19.5 4.5 18 6M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4",
  plus: "M12 5v14M5 12h14",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  expand: "M14 4h6v6M20 4l-8 8M10 6H5v13h13v-5",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z",
  help: "M9.5 9a2.6 2.6 0 1 1 3.6 2.4c-.8.4-1.1 1-1.1 2M12 17v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  refresh: "M20 12a8 8 0 1 1-2.5-5.8M20 4v5h-5",
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing beside or instead of a word; whoever uses it alone gives the button a label. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
