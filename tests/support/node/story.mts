// The story by a client for TypeScript: the compiler holds each request and each answer against the documents, then it is done over HTTP.
// Its argument is {"url", "start", "end", "coordinator", "moderator", "mailbox"}: where the platform answers, when the gathering begins and
// ends, what two people send as Authorization, and the address below which a registration's code is told as a mail would tell it.
import createClient from "openapi-fetch";
import type { paths as Registration } from "./registration.js";
import type { paths as Selfcheck } from "./selfcheck.js";

declare const process: { argv: string[] };

const given: Record<"url" | "start" | "end" | "coordinator" | "moderator" | "mailbox", string> = JSON.parse(process.argv[2]);
const tenant = "wilhelmshaven";
const registration = createClient<Registration>({ baseUrl: given.url });
const selfcheck = createClient<Selfcheck>({ baseUrl: given.url });
const as = (credential: string) => ({ Authorization: credential });

async function answered<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (error !== undefined || data === undefined) throw new Error(`${response.url}: ${response.status} ${JSON.stringify(error)}`);
  return data;
}

const drafted = await answered(
  registration.POST("/registration/v1/{tenant}/gatherings", {
    params: { path: { tenant } },
    headers: as(given.coordinator),
    body: {
      title: { de: "Dialog" },
      description: { de: "Reden" },
      kind: "dialogue",
      starts_at: given.start,
      ends_at: given.end,
      mode: "online",
      capacity: 35,
      party_max: 3,
    },
  }),
);
const gathering = { tenant, id: drafted.id };
await answered(
  registration.POST("/registration/v1/{tenant}/gatherings/{id}/publication", {
    params: { path: gathering },
    headers: as(given.coordinator),
  }),
);
const listed = await answered(registration.GET("/registration/v1/{tenant}/gatherings", { params: { path: { tenant } } }));
const registered = await answered(
  registration.POST("/registration/v1/{tenant}/gatherings/{id}/registrations", {
    params: { path: gathering },
    body: {
      name: "Olena",
      contact: { email: "olena@example.org" },
      language: "uk",
      party: [],
      support: [],
      channel: "web",
      consent: { text_version: "1" },
    },
  }),
);
const person = { tenant, id: registered.id };
const link = as(`Link ${await (await fetch(given.mailbox + registered.id)).text()}`);
const confirmed = await answered(
  registration.POST("/registration/v1/{tenant}/registrations/{id}/{kind}", {
    params: { path: { ...person, kind: "confirmation" } },
    headers: link,
  }),
);
const shown = await answered(
  registration.GET("/registration/v1/{tenant}/registrations/{id}", { params: { path: person }, headers: link }),
);

const questionnaire = { id: "weltoffene-kommune", version: "1" };
const opened = await answered(
  selfcheck.POST("/selfcheck/v1/{tenant}/assessments", {
    params: { path: { tenant } },
    headers: as(given.coordinator),
    body: {
      questionnaire,
      title: { de: "Selbstcheck" },
      perspectives: [{ id: "staff", title: { de: "Amt" }, speaks: "institution" }],
    },
  }),
);
const assessment = { tenant, id: opened.id };
const invited = await answered(
  selfcheck.POST("/selfcheck/v1/{tenant}/assessments/{id}/invitations", {
    params: { path: assessment },
    headers: as(given.coordinator),
    body: { perspective: "staff", label: "Bauamt" },
  }),
);
const code = invited.answer_url!.split("/").at(-1)!;
const asked = await answered(
  selfcheck.GET("/selfcheck/v1/questionnaires/{id}/{version}", { params: { path: questionnaire } }),
);
// A questionnaire is an open object in the document.
const fields = asked.fields as { criteria: { questions: { id: string }[] }[] }[];
const questions = fields.flatMap((field) => field.criteria.flatMap((one) => one.questions.map((question) => question.id)));
const saved = await answered(
  selfcheck.PUT("/selfcheck/v1/answers/{code}", {
    params: { path: { code } },
    body: { answers: Object.fromEntries(questions.map((id) => [id, 3])) },
  }),
);
const submitted = await answered(
  selfcheck.POST("/selfcheck/v1/answers/{code}/submission", {
    params: { path: { code }, header: { "X-Resume-Code": saved.resume_code! } },
  }),
);
const moderator = { params: { path: assessment }, headers: as(given.moderator) };
await answered(selfcheck.POST("/selfcheck/v1/{tenant}/assessments/{id}/reveal", moderator));
await answered(selfcheck.POST("/selfcheck/v1/{tenant}/assessments/{id}/closing", moderator));
const result = await answered(selfcheck.GET("/selfcheck/v1/{tenant}/assessments/{id}/result", moderator));
console.log(
  JSON.stringify({
    listed: listed.items.map((one) => one.id === drafted.id),
    statuses: [registered.status, confirmed.status, shown.status],
    open: questions.length - submitted.progress.answered,
    overall: result.overall,
  }),
);
