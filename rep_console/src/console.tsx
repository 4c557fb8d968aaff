import type { PasswordSet } from "@deskside/browser/accounts";
import type { Account } from "@deskside/browser/api";
import { ApiError, getSite, getTeams, signOut, whoAmI } from "@deskside/browser/api";
import { language, t } from "@deskside/browser/catalogue";
import type { KeptRequests } from "@deskside/browser/kept_requests";
import { Button, Center, Loader, Stack, Text } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { EnrolmentPage } from "./enrolment_page.tsx";
import { Alarm } from "./alarm.ts";
import { Idleness } from "./idleness.ts";
import { Following } from "./following.ts";
import type { Preferences } from "./preferences.ts";
import { routeOf } from "./route.ts";
import { Shell } from "./shell.tsx";
import { SignInPage } from "./sign_in_page.tsx";
import { WelcomePage } from "./welcome_page.tsx";
import { Workplace } from "./workplace.ts";

/** Somebody who is signed in and sets up a second factor, because they must or may. */
interface Enrolment {
  readonly demanded: boolean;
}

type Screen = "opening" | "unreachable" | "signed_out" | "welcome" | Enrolment | Workplace;

const WELCOME = /^#welcome=(.+)$/;

interface ConsoleProps {
  readonly requests: KeptRequests;
  readonly preferences: Preferences;
}

/** Who is here decides what is shown: nobody, somebody with a one-time link, or a rep. */
export function Console({ requests, preferences }: ConsoleProps) {
  const [screen, setScreen] = useState<Screen>("opening");
  const [greeting, setGreeting] = useState({ text: "", name: "" });
  /** Whoever comes in waits for whoever goes out: the answer takes away the cookie. */
  const left = useRef<Promise<unknown>>(Promise.resolve());

  const enter = useCallback(
    async (account: Account) => {
      if (account.enrolling) {
        setScreen({ demanded: true });
        return;
      }
      const [site, teams] = await Promise.all([getSite(language()), getTeams(account)]);
      const { organisation, issues } = site;
      document.title = `${organisation} · Deskside`;
      const workplace = new Workplace(account, { organisation, issues, teams }, requests);
      // A window with a picture does not call anybody; the console it came from does.
      if (routeOf(location.hash).view !== "screen") workplace.alarm = new Alarm(workplace);
      if (workplace.takesSessions) workplace.idleness = new Idleness(workplace.link);
      workplace.following = new Following(account.party, {
        ...preferences.followed,
        ...(workplace.alarm && { alerts: workplace.alarm.choices }),
      });
      void workplace.following.meet().then(() => preferences.speakAsChosen());
      setScreen(workplace);
    },
    [requests, preferences],
  );

  const open = useCallback(async () => {
    if (WELCOME.test(location.hash)) {
      setScreen("welcome");
      return;
    }
    try {
      await enter(await whoAmI());
    } catch (error) {
      const known = error instanceof ApiError && error.status === 401;
      setScreen(known ? "signed_out" : "unreachable");
    }
  }, [enter]);

  useEffect(() => {
    // A timer, so that opening is not part of drawing.
    const timer = setTimeout(() => void open(), 0);
    return () => clearTimeout(timer);
  }, [open]);

  function leave(workplace?: Workplace): void {
    workplace?.close();
    setScreen("signed_out");
    // Whatever comes of it: the link is closed and the page forgets who was here.
    left.current = signOut().catch(() => undefined);
  }

  function forgetLink(): void {
    history.replaceState(null, "", location.pathname);
  }

  /** Go on after a one-time link: to a second factor, or to the sign-in where one is to be shown. */
  function welcomed({ user_name, me }: PasswordSet): Promise<void> {
    forgetLink();
    if (me) setScreen({ demanded: me.enrolling ?? false });
    else {
      setGreeting({ text: t("Your password is set. Sign in with it."), name: user_name });
      setScreen("signed_out");
    }
    return Promise.resolve();
  }

  if (screen === "opening") {
    return (
      <Center h="100%">
        <Loader aria-label={t("One moment…")} />
      </Center>
    );
  }
  if (screen === "unreachable") return <Unreachable again={() => void open()} />;
  if (screen === "signed_out") {
    return (
      <SignInPage
        greeting={greeting.text}
        knownName={greeting.name}
        ready={() => left.current}
        enter={enter}
      />
    );
  }
  if (screen === "welcome") {
    const toSignIn = () => {
      forgetLink();
      setScreen("signed_out");
    };
    const token = WELCOME.exec(location.hash)?.[1] ?? "";
    return <WelcomePage token={token} done={welcomed} leave={toSignIn} />;
  }
  if (screen instanceof Workplace) {
    return <Shell workplace={screen} preferences={preferences} leave={() => leave(screen)} />;
  }
  return <EnrolmentPage demanded={screen.demanded} done={open} leave={() => leave()} />;
}

function Unreachable({ again }: { again: () => void }) {
  return (
    <Center h="100%">
      <Stack align="center">
        <Text role="alert">{t("The server cannot be reached.")}</Text>
        <Button onClick={again}>{t("Try again")}</Button>
      </Stack>
    </Center>
  );
}
