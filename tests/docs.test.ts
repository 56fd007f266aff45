import { existsSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, it } from "vitest";
import { read, ROOT } from "./sources.ts";

const ENGLISH = "README.md";
const CHINESE = "README.zh-CN.md";
const READMES = [ENGLISH, CHINESE] as const;
const PAGES = [
  ...READMES,
  "CONTRIBUTING.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .map((file) => posix.join("docs", file.replaceAll("\\", "/")))
    .filter((file) => file.endsWith(".md"))
    .sort(),
];
/** Read by the browser test, not by the program. */
const OF_THE_TESTS: Record<string, string> = {
  CHROMIUM_PATH: "tests/e2e/browser.ts",
  SOFFICE_PATH: "tests/witness/calc.ts",
};

/** A page in parts: what is said, and the code blocks in it. */
interface Page {
  readonly prose: string;
  readonly blocks: readonly string[];
}

function page(file: string): Page {
  const prose: string[] = [];
  const blocks: string[] = [];
  let block: string[] | null = null;
  for (const line of read(file).split("\n")) {
    if (line.startsWith("```")) {
      if (block !== null) blocks.push(block.join("\n"));
      block = block === null ? [line] : null;
    } else {
      (block ?? prose).push(line);
    }
  }
  expect(block, `${file} ends inside a code block`).toBeNull();
  return { prose: prose.join("\n"), blocks };
}

/** The first group of every match, each once and in order of the alphabet. */
function all(text: string, pattern: RegExp): string[] {
  const found = [...text.matchAll(pattern)].map((match) => match[1] ?? "");
  return [...new Set(found)].sort();
}

const headings = (file: string) =>
  [...page(file).prose.matchAll(/^(#{1,6}) +(.+)$/gm)].map(([, marks = "", title = ""]) => ({
    level: marks.length,
    title,
  }));

/** The address that a heading has in its page. */
const anchor = (title: string) =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");

/** Where links and pictures of a page lead, other sites left out; code only looks like links. */
const links = (file: string) =>
  all(page(file).prose.replaceAll(/`[^`\n]*`/g, "`"), /\]\(<?([^()\s>]+)/g).filter(
    (link) => !/^[a-z][a-z+.-]*:/i.test(link),
  );

describe("links", () => {
  it("are found", () => {
    expect(PAGES.length).toBeGreaterThan(READMES.length + 1);
    expect(READMES.map((file) => links(file).length)).not.toContain(0);
  });

  it.each(PAGES)("of %s lead to files and headings that exist", (file) => {
    const broken = links(file).filter((link) => {
      const [path = "", heading] = link.split("#").map(decodeURIComponent);
      const target = path === "" ? file : posix.join(posix.dirname(file), path);
      if (!existsSync(join(ROOT, target))) return true;
      return (
        heading !== undefined && !headings(target).some(({ title }) => anchor(title) === heading)
      );
    });
    expect(broken).toEqual([]);
  });

  it("show every picture there is, each README those of its language", () => {
    const pictures = readdirSync(join(ROOT, "docs/pictures"));
    const shown = (file: string) =>
      all(page(file).prose, /!\[[^\]]+\]\(docs\/pictures\/([^)]+)\)/g);
    expect([...shown(ENGLISH), ...shown(CHINESE)].sort()).toEqual(pictures.sort());
    expect(shown(CHINESE)).toEqual(shown(ENGLISH).map((name) => name.replace("-en.", "-zh.")));
  });
});

describe("the two READMEs", () => {
  it("have the same headings, level by level", () => {
    const levels = (file: string) => headings(file).map(({ level }) => level);
    expect(levels(CHINESE)).toEqual(levels(ENGLISH));
    expect(levels(ENGLISH).length).toBeGreaterThan(1);
  });

  it("have the same code blocks, but for remarks", () => {
    const code = (file: string) =>
      page(file).blocks.map((block) => block.replaceAll(/(^|\s)#\s.*$/gm, ""));
    expect(code(CHINESE)).toEqual(code(ENGLISH));
    expect(code(ENGLISH).length).toBeGreaterThan(1);
  });

  it("have the same rows in their tables", () => {
    const rows = (file: string) =>
      page(file)
        .prose.split("\n")
        .filter((line) => line.startsWith("|"))
        .map((line) => all(line, /`([^`]+)`/g));
    expect(rows(CHINESE)).toEqual(rows(ENGLISH));
  });

  it("lead to the same pages", () => {
    const others = (file: string) =>
      links(file).filter((link) => !link.includes("README.") && !link.includes("/pictures/"));
    expect(others(CHINESE)).toEqual(others(ENGLISH));
  });
});

describe.each(READMES)("%s", (file) => {
  const { prose } = page(file);
  const text = read(file);

  it("names only scripts that package.json has", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = all(text, /\bnpm run (?:-\S+ )*([\w:-]+)/g);
    expect(named).not.toEqual([]);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it("lists the commands that the program has, and no other", () => {
    const commands = all(read("plugin/cli/program.ts"), /\badd\("([\w-]+)/g);
    expect(commands).not.toEqual([]);
    expect(all(prose, /^\| *`kpi-loop ([\w-]+)/gm)).toEqual(commands);
    const run = all(text, /(?:`kpi-loop|npm run --silent plugin --) ([\w-]+)/g);
    expect(run.filter((name) => !commands.includes(name))).toEqual([]);
  });

  it("names the variables that the program reads, and no other", () => {
    const variables = all(read("plugin/config.ts"), /^ +(KPI_LOOP_\w+): (?:z\b|text\b)/gm);
    const mentioned = all(text, /\b(KPI_LOOP_[A-Z_]*[A-Z])\b/g);
    const inTables = all(all(prose, /^(\|.*)$/gm).join("\n"), /`(KPI_LOOP_[A-Z_]*[A-Z])`/g);
    expect(variables).not.toEqual([]);
    expect(inTables).toEqual(variables);
    expect(mentioned.filter((name) => !(name in OF_THE_TESTS))).toEqual(variables);
  });

  it("names the variables of the tests as the tests do", () => {
    for (const [name, test] of Object.entries(OF_THE_TESTS)) {
      expect(text).toContain(name);
      expect(read(test)).toContain(`"${name}"`);
    }
  });
});
