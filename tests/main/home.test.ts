import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isPluginError } from "../../plugin/errors.ts";
import { findRunning, openHome } from "../../plugin/main/home.ts";

const folder = () => join(mkdtempSync(join(tmpdir(), "kpi-loop-home-")), "home");

describe("openHome", () => {
  it("makes the secrets once and lets only their owner read them", () => {
    const place = folder();
    const first = openHome(place);
    first.release();

    const again = openHome(place);
    again.release();

    expect(again.secrets).toEqual(first.secrets);
    expect(statSync(join(place, "secrets.json")).mode & 0o777).toBe(0o600);
    expect(statSync(place).mode & 0o777).toBe(0o700);
    expect(new Set(Object.values(first.secrets)).size).toBe(4);
  });

  it("belongs to one opener at a time", () => {
    const place = folder();
    const first = openHome(place);

    const second = () => openHome(place);

    expect(second).toThrow(expect.toSatisfy((error) => isPluginError(error, "config/home-in-use")));
    first.release();
    openHome(place).release();
  });

  it.each(["/dev/null/home", "/proc/home"])("refuses %s, where nothing can be kept", (place) => {
    const opening = () => openHome(place);

    expect(opening).toThrow(expect.toSatisfy((error) => isPluginError(error, "config/invalid")));
  });

  it("refuses secrets it cannot read instead of making new ones", () => {
    const place = folder();
    openHome(place).release();
    writeFileSync(join(place, "secrets.json"), "{}");

    const opening = () => openHome(place);

    expect(opening).toThrow(expect.toSatisfy((error) => isPluginError(error, "config/invalid")));
    expect(readFileSync(join(place, "secrets.json"), "utf8")).toBe("{}");
  });
});

describe("findRunning", () => {
  it("finds nobody in a home without a server", async () => {
    const place = folder();
    openHome(place).release();

    expect(await findRunning(place)).toBeNull();
  });

  it("does not believe what a killed server left behind", async () => {
    const place = folder();
    const home = openHome(place);
    home.announce("http://127.0.0.1:9", new Date(0));

    expect(await findRunning(place)).toBeNull();
    home.release();
  });
});
