import { chooseLanguage, speak } from "@deskside/browser/catalogue";
import "@deskside/browser/files.css";
import { openKeptRequests } from "@deskside/browser/kept_requests";
import { MantineProvider } from "@mantine/core";
import "@mantine/core/styles.css";
import { createRoot } from "react-dom/client";
import { Console } from "./console.tsx";
import "./css/tokens.css";
import "./css/frame.css";
import "./css/lists.css";
import "./css/conversation.css";
import "./css/composer.css";
import "./css/tools.css";
import "./css/files.css";
import "./css/screen.css";
import "./css/computer.css";
import "./css/facts.css";
import "./css/pages.css";
import "./css/security.css";
import "./css/inbox.css";
import "./css/palette.css";
import "./css/master.css";
import "./css/board.css";
import "./css/finder.css";
import "./css/reel.css";
import "./css/reel_deck.css";
import "./css/reel_side.css";
import "./css/reviews.css";
import "./css/trail.css";
import "./css/people.css";
import { Preferences } from "./preferences.ts";
import { schemes, theme } from "./theme.ts";

async function open(): Promise<void> {
  const root = document.getElementById("page");
  if (!root) return;
  const preferences = new Preferences();
  const asked = new URLSearchParams(location.search).get("lang");
  const liked = [asked, preferences.look.get().language].filter((each) => each !== null);
  const language = chooseLanguage([...liked, ...navigator.languages]);
  const [, requests] = await Promise.all([speak(language), openKeptRequests()]);
  document.documentElement.lang = language;
  createRoot(root).render(
    // Without these Mantine makes no style element: the variables are in its style sheet and
    // ours, so the policy allows no HTML from scripts at all.
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={schemes(preferences.look)}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <Console requests={requests} preferences={preferences} />
    </MantineProvider>,
  );
}

void open();
