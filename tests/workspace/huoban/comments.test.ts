import { describe, expect, it } from "vitest";
import { mentionsOf, plainText, topicCode } from "../../../plugin/workspace/huoban/markup.ts";
import { APPLICATION, bare, open, outcomeOf, TABLE, vendorForTests } from "./vendor.ts";

const vendor = vendorForTests();
const RECORD = { table: TABLE, id: "2300000000000001" };
const US = { user_id: "10", name: "绩效环" };
const PERSON = { user_id: "1000001", name: "张三" };

interface Kept {
  readonly comment_id: number;
  readonly content: string;
  readonly created_on: string;
  readonly created_by: { readonly user_id: string; readonly name: string };
}

/** Comments of one record; a page holds two, whatever is asked for. */
function hostOfComments(kept: Kept[] = []) {
  const host = { kept, failsToDelete: false, repliesWithIdOnly: false };
  vendor.answer(({ method, path, body }) => {
    if (path === "/v2/ticket") return bare({ ticket: "t" });
    if (method === "GET") {
      const offset = Number(new URLSearchParams(path.split("?")[1]).get("offset"));
      return bare({ total: host.kept.length, comments: host.kept.slice(offset, offset + 2) });
    }
    if (method === "DELETE") {
      if (host.failsToDelete) return bare({ code: 500, message: "服务内部错误" }, 500);
      host.kept = host.kept.filter(({ comment_id }) => !path.endsWith(`/${comment_id}`));
      return bare(null);
    }
    const id = 100 + host.kept.length;
    const created = aComment(id, String(body["content"]), US);
    host.kept = [...host.kept, created];
    return bare(host.repliesWithIdOnly ? { comment: { comment_id: id } } : created);
  });
  return host;
}

function aComment(id: number, content: string, by: Kept["created_by"]): Kept {
  return { comment_id: id, content, created_on: "2026-03-31 18:20:00", created_by: by };
}

const ensure = (text: string) =>
  open({ application: APPLICATION }).workspace.comments.ensure(RECORD, "grade", [{ text }]);

describe("one comment per topic", () => {
  it("stays when the text is the same, however the host renders it", async () => {
    hostOfComments([aComment(1, "<p>得分&nbsp;92</p><p>等级 A</p>\n<span>[KPI·grade]</span>", US)]);

    expect(await ensure("得分\u00a092\n等级 A\n")).toBe("unchanged");
    expect(vendor.requests.map(({ method }) => method)).not.toContain("DELETE");
  });

  it("is found among many", async () => {
    const others = Array.from({ length: 7 }, (_, i) => aComment(i + 1, `第 ${i} 条`, PERSON));
    hostOfComments([...others, aComment(8, "得分 92<br>[KPI·grade]", US)]);

    expect(await ensure("得分 92")).toBe("unchanged");
  });

  it("is written anew before the old one goes", async () => {
    hostOfComments([aComment(1, "得分 92<br>[KPI·grade]", US)]);

    expect(await ensure("得分 95")).toBe("replaced");

    const changes = vendor.requests.filter(
      ({ method, path }) => method !== "GET" && path !== "/v2/ticket",
    );
    expect(changes.map(({ method }) => method)).toEqual(["POST", "DELETE"]);
  });

  it("is one again after a crash between the two", async () => {
    const host = hostOfComments([aComment(1, "得分 92<br>[KPI·grade]", US)]);
    host.failsToDelete = true;
    expect(await outcomeOf(ensure("得分 95"))).toMatchObject({ code: "workspace/failed" });
    expect(host.kept).toHaveLength(2);
    host.failsToDelete = false;

    expect(await ensure("得分 95")).toBe("unchanged");

    expect(host.kept.map(({ content }) => content)).toEqual(["得分 95<br>[KPI·grade]"]);
  });

  it("is known as ours from the list when the reply names no author", async () => {
    const host = hostOfComments([aComment(1, "得分 92<br>[KPI·grade]", US)]);
    host.repliesWithIdOnly = true;

    expect(await ensure("得分 95")).toBe("replaced");
    expect(host.kept).toHaveLength(1);
  });

  it("takes nothing away that a person wrote, even one who quotes us", async () => {
    const quote = aComment(2, "同意：得分 92<br>[KPI·grade]", PERSON);
    const host = hostOfComments([aComment(1, "得分 92<br>[KPI·grade]", US), quote]);

    expect(await ensure("得分 95")).toBe("replaced");

    expect(host.kept.map(({ comment_id }) => comment_id)).toEqual([2, 102]);
  });
});

describe("reading comments", () => {
  it("tells ours from a person's", async () => {
    const reply = { ...aComment(2, "谢谢 &lt;3", PERSON), parent_comment_id: 1 };
    hostOfComments([aComment(1, "得分 92<br>[KPI·grade]", US), reply]);

    const comments = await open({ application: APPLICATION }).workspace.comments.read(RECORD);

    expect(comments).toEqual([
      {
        id: "1",
        text: "得分 92",
        mentions: [],
        author: { id: "10", name: "绩效环" },
        createdOn: "2026-03-31T18:20:00+08:00",
        parent: null,
        topic: "grade",
      },
      {
        id: "2",
        text: "谢谢 <3",
        mentions: [],
        author: { id: "1000001", name: "张三" },
        createdOn: "2026-03-31T18:20:00+08:00",
        parent: "1",
        topic: null,
      },
    ]);
  });

  it("takes a bare list too, and comments that say little", async () => {
    vendor.answer(({ path }) => {
      if (path === "/v2/ticket") return bare({ ticket: "t" });
      return bare(path.includes("offset=0") ? [{ comment_id: 1 }] : []);
    });

    const [comment] = await open({ application: APPLICATION }).workspace.comments.read(RECORD);

    expect(comment).toMatchObject({ id: "1", text: "", author: { id: "" }, topic: null });
  });
});

describe("markup", () => {
  it("sends mentions as anchors and everything else escaped", async () => {
    hostOfComments();

    await open({ application: APPLICATION }).workspace.comments.ensure(RECORD, "kpi:revenue", [
      { text: "<b>\"A\" & 'B'</b>\n" },
      { mention: { userId: "1000001", name: "张<三>" } },
    ]);

    expect(vendor.requests.at(-1)?.body).toEqual({
      content:
        "&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt;<br>" +
        '<a href="###" hb_type="user" user_id="1000001">@张&lt;三&gt;</a><br>[KPI·kpi:revenue]',
    });
  });

  it.each([
    ["lines", "一<br>二<BR/>三</p>四", "一\n二\n三\n四"],
    ["entities once", "&amp;lt; &#x4e00; &#19968; &nope;", "&lt; 一 一 &nope;"],
    ["an entity that names no character", "&#9999999;", "&#9999999;"],
    ["tags", '<a href="###" hb_type="user" user_id="1">@张三</a><img src=x>', "@张三"],
  ])("reads as a person does: %s", (_case, content, text) => {
    expect(plainText(content)).toBe(text);
  });

  it("finds who is mentioned, once each", () => {
    const anchor = (id: string) => `<a user_id='${id}' hb_type='user' href=#>@x</a>`;

    expect(mentionsOf(anchor("2") + anchor("1") + anchor("2") + '<a href="x">y</a>')).toEqual([
      "2",
      "1",
    ]);
  });

  it.each([
    ["grade", "grade"],
    ["kpi:revenue|2026-03", "kpi:revenue|2026-03"],
    ["两个 词]", "#06c3f1e9a4"],
  ])("refers to the topic %j shortly", (topic, code) => {
    expect(topicCode(topic)).toHaveLength(code.length);
    expect(topicCode(topic)).toMatch(/^[^\s[\]]+$/);
  });
});
