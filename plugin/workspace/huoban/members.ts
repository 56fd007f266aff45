import { z } from "zod";
import { PluginError } from "../../errors.ts";
import type { Member } from "../workspace.ts";
import { Id } from "./envelope.ts";
import { isVendorCode } from "./http.ts";
import { parseReply, type OpenApi } from "./open-api.ts";
import type { V2 } from "./v2.ts";

const Person = z.looseObject({ user_id: Id, name: z.string().catch("") });
const Entry = z.union([Person, z.looseObject({ user: Person }).transform((entry) => entry.user)]);
const Members = z.union([
  z.array(Entry),
  z.looseObject({ members: z.array(Entry) }).transform((reply) => reply.members),
  z.looseObject({ users: z.array(Entry) }).transform((reply) => reply.users),
]);
const OPERATION = "space/members";

/**
 * Members of the space. The call exists, its path and shapes are not documented: the paths of the
 * settings are tried, then v2's list (reference, 4.1 and 7.3).
 *
 * @throws workspace/unsupported when none of them is known to the host
 */
export async function readMembers(api: OpenApi, v2: V2 | null, spaceId: string): Promise<Member[]> {
  const space = encodeURIComponent(spaceId);
  const { facts } = api;
  const ways = facts.membersPaths.map(
    (path) => (limit: number, offset: number) =>
      api.call({
        operation: OPERATION,
        method: "POST",
        path: path.replace("{space}", space),
        body: facts.membersBody({ space: spaceId, limit, offset }),
        repeatable: true,
      }),
  );
  if (v2 !== null) {
    ways.push((limit, offset) =>
      v2.call({
        operation: OPERATION,
        method: "GET",
        path: `/v2/space/${space}/members?limit=${limit}&offset=${offset}`,
        repeatable: true,
      }),
    );
  }
  for (const ask of ways) {
    try {
      return await readPages(ask, facts.pageCap);
    } catch (error) {
      if (!isVendorCode(error, [...facts.unknownMethodCodes, 404])) throw error;
    }
  }
  throw new PluginError("workspace/unsupported", { operation: OPERATION });
}

async function readPages(
  ask: (limit: number, offset: number) => Promise<unknown>,
  limit: number,
): Promise<Member[]> {
  const members = new Map<string, Member>();
  for (let offset = 0; ;) {
    const page = parseReply(OPERATION, Members, await ask(limit, offset));
    const before = members.size;
    for (const { user_id: id, name } of page) members.set(id, { id, name });
    // A host that ignores the offset sends the first page again: nothing new, so it is the last.
    if (members.size === before) return [...members.values()];
    offset += page.length;
  }
}
