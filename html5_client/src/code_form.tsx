import { t } from "@deskside/browser/catalogue";
import { Field } from "./field.tsx";
import { NAME_LENGTH } from "./start_form.tsx";
import { useArrival } from "./use_arrival.ts";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

const PROBLEMS: Readonly<Record<string, () => string>> = {
  unknown_code: () => t("Your code is not known. Please check it, or ask for a new one."),
  malformed: () => t("Your code is not known. Please check it, or ask for a new one."),
  code_used: () => t("Your code was used already. Please ask for a new one."),
  code_expired: () => t("Your code has expired. Please ask for a new one."),
};

/** What a customer sees who came with a code: whom it leads to, or what is wrong with it. */
export function CodeForm({ visit }: { visit: Visit }) {
  const { site, code, starting, refusal } = useStore(visit.state);
  if (!code) return null;
  const refused = refusal ? "code_used" : "";
  const problem = code.problem === "" ? refused : code.problem;
  if (!problem && !code.name) {
    return (
      <section class="screen" aria-busy="true">
        <p class="lead" role="status">
          {t("Checking your code…")}
        </p>
      </section>
    );
  }
  function submit(event: Event): void {
    event.preventDefault();
    visit.start({ issue: "", name: visit.drafts.read("name").trim(), email: "" });
  }
  return (
    <form class="screen form" noValidate onSubmit={submit}>
      {problem ? (
        <p class="error" role="alert">
          {(PROBLEMS[problem] ?? otherProblem)()}
        </p>
      ) : (
        <>
          <Expecting name={code.name} />
          {site.ask_name && (
            <Field label={t("Your name")}>
              {(about) => (
                <input
                  {...about}
                  autocomplete="name"
                  maxLength={NAME_LENGTH}
                  defaultValue={visit.drafts.read("name")}
                  onInput={(e) => visit.drafts.write("name", e.currentTarget.value)}
                />
              )}
            </Field>
          )}
          <button class="button button-main" type="submit" disabled={starting}>
            {t("Start chat")}
          </button>
        </>
      )}
      <button class="button" type="button" onClick={() => visit.leaveCode()}>
        {t("Start without a code")}
      </button>
    </form>
  );
}

function Expecting({ name }: { name: string }) {
  const heading = useArrival<HTMLHeadingElement>();
  return (
    <div>
      <h2 class="title" tabIndex={-1} ref={heading}>
        {t("{name} is expecting you", { name })}
      </h2>
      <p class="lead">
        {t("Start the chat, and you are with {name} at once, without waiting.", { name })}
      </p>
    </div>
  );
}

function otherProblem(): string {
  return t("Codes cannot be checked at the moment. Please try again later.");
}
