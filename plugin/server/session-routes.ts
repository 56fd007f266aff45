import { z } from "zod";
import * as shapes from "./api.ts";
import type { ServerDeps } from "./deps.ts";
import { operation } from "./operation.ts";
import type { Session } from "./session.ts";

export function sessionRoutes(deps: ServerDeps, session: Session) {
  return {
    session: operation({
      summary: "Who is asking, and what this server is",
      answer: shapes.Session,
      run: ({ context }): shapes.Session => ({
        signedIn: session.signedIn(context),
        company: deps.company(),
        workspace: {
          name: deps.grid === null ? deps.workspace.name : "embedded",
          grid: deps.grid !== null,
        },
        version: deps.version,
        openAt: deps.openAt(),
      }),
    }),

    link: operation({
      summary: "Make a link that signs a person in",
      answer: shapes.SignInLink,
      run: () => ({ url: deps.signInLink() }),
    }),

    signOut: operation({
      summary: "End this session",
      answer: z.object({}),
      run: ({ context }) => {
        session.signOut(context);
        return {};
      },
    }),
  };
}
