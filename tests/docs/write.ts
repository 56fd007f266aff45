import { writeFileSync } from "node:fs";
import { PAGE, rendered } from "./worked.ts";

/** `npm run docs`: writes what the code computes into the documentation. */
writeFileSync(PAGE, await rendered());
