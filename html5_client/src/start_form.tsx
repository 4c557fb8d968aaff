import { language, t } from "@deskside/browser/catalogue";
import { refusalText } from "@deskside/browser/refusals";
import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "./field.tsx";
import { Notices } from "./notices.tsx";
import { MessageField, MessageLeft, leave } from "./offline_form.tsx";
import { RepPicker } from "./rep_picker.tsx";
import { useStore } from "./use_store.ts";
import type { Visit } from "./visit.ts";

/** The protocol's longest name and e-mail address (`protocol/fields.py`). */
export const NAME_LENGTH = 120;
const EMAIL_LENGTH = 254;
const NOTICES_MS = 30_000;
const EMAIL = /^[^@\s]+@[^@\s]+$/;

/** What a customer fills in before a session. What is typed survives a reload. */
export function StartForm({ visit }: { visit: Visit }) {
  const {
    site,
    available: anybody,
    reachable,
    reps,
    repGone,
    starting,
    refusal,
  } = useStore(visit.state);
  const available = site.chat === false ? false : anybody;
  const [issue, setIssue] = useDraft(visit, "issue");
  const [rep, setRep] = useState("");
  const [name, setName] = useDraft(visit, "name");
  const [email, setEmail] = useDraft(visit, "email");
  const [tries, setTries] = useState(0);
  const tried = tries > 0;
  const form = useRef<HTMLFormElement>(null);
  const [message, setMessage] = useDraft(visit, "message");
  const [left, setLeft] = useState<"" | "leaving" | "left">("");
  const [fault, setFault] = useState("");
  const takesMessages = site.offline === "form" && site.chat !== false;
  // Who wants a team that is away may leave a message instead; else there is nothing to choose.
  const isReachable = (id: string) => takesMessages || !available || reachable.includes(id);
  const only = site.issues.length === 1 ? site.issues[0]?.id : "";
  const wanted = site.issues.some(({ id }) => id === issue) ? issue : (only ?? "");
  const chosen = isReachable(wanted) ? wanted : "";
  const team = site.issues.find(({ id }) => id === chosen)?.team ?? "";
  const asked = reps.some((each) => each.rep === rep && each.team === team);
  // A start that was overtaken by the last rep's leaving, until we hear better.
  const overtaken = refusal?.code === "nobody_available";
  const away = available === false || overtaken || (!!chosen && !reachable.includes(chosen));
  const leaving = takesMessages && available !== null && away && !starting;
  const needsEmail = leaving || site.identity === true;
  const wrongEmail = (email !== "" || needsEmail) && !EMAIL.test(email);

  useFreshNotices(visit);
  useEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [tries]);

  function submit(event: Event): void {
    event.preventDefault();
    setTries(tries + 1);
    if (!chosen || wrongEmail) return;
    if (leaving) void leaveIt();
    else if (available) {
      visit.start({ issue: chosen, name: name.trim(), email: email.trim(), ...(asked && { rep }) });
    }
  }

  async function leaveIt(): Promise<void> {
    if (!message.trim() || left === "leaving") return;
    setLeft("leaving");
    const why = await leave(visit, { issue: chosen, name: name.trim(), email }, message.trim());
    setFault(why);
    setLeft(why ? "" : "left");
    if (!why) setMessage("");
  }

  if (left === "left") {
    const again = () => {
      setLeft("");
      setTries(0);
    };
    return <MessageLeft visit={visit} email={email} again={again} />;
  }
  return (
    <form class="screen form" noValidate ref={form} onSubmit={submit}>
      <div>
        <h2 class="title">{leaving ? t("Leave us a message") : t("How can we help?")}</h2>
        <p class="lead">
          {leaving
            ? t("Nobody is available right now. Write to us, and we answer by mail.")
            : t("Tell us what it is about and a colleague will be with you.")}
        </p>
      </div>
      <Notices notices={site.notices} />
      <Field
        label={t("What do you need help with?")}
        error={tried && !chosen ? t("Please choose what it is about.") : ""}
      >
        {(about) => (
          <select {...about} value={chosen} onChange={(e) => setIssue(e.currentTarget.value)}>
            <option value="">{t("Please choose…")}</option>
            {site.issues.map((each) => (
              <option key={each.id} value={each.id} disabled={!isReachable(each.id)}>
                {each.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      {available && !leaving && (
        <RepPicker reps={reps} team={team} chosen={asked ? rep : ""} choose={setRep} />
      )}
      {repGone && (
        <p class="error" role="alert">
          {t("Your choice is not available any more. Choose somebody else, or whoever is free.")}
        </p>
      )}
      {site.ask_name && (
        <Field label={t("Your name")}>
          {(about) => (
            <input
              {...about}
              autocomplete="name"
              maxLength={NAME_LENGTH}
              value={name}
              onInput={(e) => setName(e.currentTarget.value)}
            />
          )}
        </Field>
      )}
      {(site.ask_email || needsEmail) && (
        <Field
          label={t("E-mail")}
          error={tried && wrongEmail ? t("Please check the e-mail address.") : ""}
        >
          {(about) => (
            <input
              {...about}
              type="email"
              autocomplete="email"
              maxLength={EMAIL_LENGTH}
              value={email}
              onInput={(e) => setEmail(e.currentTarget.value.trim())}
            />
          )}
        </Field>
      )}
      {leaving && (
        <MessageField
          text={message}
          write={setMessage}
          error={tried && !message.trim() ? t("Please write what it is about.") : ""}
        />
      )}
      {fault && leaving && (
        <p class="error" role="alert">
          {fault}
        </p>
      )}
      {leaving && (
        <button class="button button-main" type="submit" disabled={left === "leaving"}>
          {t("Leave message")}
        </button>
      )}
      {refusal && available && !leaving && (
        <p class="error" role="alert">
          {refusalText(refusal.code)}
        </p>
      )}
      {!leaving && <Beginning available={available} starting={starting} />}
    </form>
  );
}

/** The button, only while somebody is there; else a sentence. */
function Beginning({ available, starting }: { available: boolean | null; starting: boolean }) {
  return (
    <div class="beginning" aria-live="polite">
      {starting && <p class="lead">{t("Starting the chat…")}</p>}
      {!starting && available && (
        <button class="button button-main" type="submit">
          {t("Start chat")}
        </button>
      )}
      {!starting && available === false && (
        <p class="closed">
          <strong>{t("Nobody is available right now.")}</strong>{" "}
          {t("You can start here as soon as somebody is back; what you typed stays.")}
        </p>
      )}
    </div>
  );
}

/** A page may stand open for hours before somebody needs help: keep its known problems true. */
function useFreshNotices(visit: Visit): void {
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") void visit.refresh(language());
    };
    const timer = setInterval(look, NOTICES_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [visit]);
}

function useDraft(visit: Visit, field: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => visit.drafts.read(field));
  const write = (next: string) => {
    visit.drafts.write(field, next);
    setText(next);
  };
  return [text, write];
}
