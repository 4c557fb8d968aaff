import { chooseLanguage, speak } from "@deskside/browser/catalogue";
import { openKeptRequests } from "@deskside/browser/kept_requests";
import { MantineProvider } from "@mantine/core";
import "@mantine/core/styles.css";
import { createRoot } from "react-dom/client";
import { Console } from "./console.tsx";
import "./style.css";
import { theme } from "./theme.ts";

async function open(): Promise<void> {
  const root = document.getElementById("page");
  if (!root) return;
  const asked = new URLSearchParams(location.search).get("lang");
  const language = chooseLanguage([...(asked ? [asked] : []), ...navigator.languages]);
  const [, requests] = await Promise.all([speak(language), openKeptRequests()]);
  document.documentElement.lang = language;
  createRoot(root).render(
    // Without these Mantine makes no style element: the variables are in its style sheet and
    // ours, so the policy allows no HTML from scripts at all.
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <Console requests={requests} />
    </MantineProvider>,
  );
}

void open();
