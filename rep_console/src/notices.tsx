import { t } from "@deskside/browser/catalogue";
import { refusalText } from "@deskside/browser/refusals";
import { Notification } from "@mantine/core";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

/** What was refused a moment ago, and why. */
export function Notices({ workplace }: { workplace: Workplace }) {
  const { notices } = useStore(workplace.state);
  return (
    <div className="notices">
      {notices.map(({ id, refusal, who }) => (
        <Notification
          key={id}
          color="orange"
          withBorder
          closeButtonProps={{ "aria-label": t("Close") }}
          onClose={() => workplace.dismiss(id)}
        >
          {refusalText(refusal.code, who)}
        </Notification>
      ))}
    </div>
  );
}
