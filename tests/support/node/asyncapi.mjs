// Reads {name: document} from standard input, and says what AsyncAPI's own parser finds wrong with each.
import { Parser } from "@asyncapi/parser";

let input = "";
for await (const chunk of process.stdin) input += chunk;
const found = {};
for (const [name, document] of Object.entries(JSON.parse(input))) {
  const { diagnostics } = await new Parser().parse(JSON.stringify(document));
  found[name] = diagnostics.map((one) => ({ severity: one.severity, code: one.code, path: one.path.join("/"), message: one.message }));
}
console.log(JSON.stringify(found));
