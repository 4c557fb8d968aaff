import { t } from "@deskside/browser/catalogue";
import { Notification } from "@mantine/core";
import { noticeText } from "./notice_text.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

/** What was refused a moment ago, and why. */
export function Notices({ workplace }: { workplace: Workplace }) {
  const { notices } = useStore(workplace.state);
  return (
    <div className="notices">
      {notices.map((notice) => (
        <Notification
          key={notice.id}
          color="orange"
          withBorder
          closeButtonProps={{ "aria-label": t("Close") }}
          onClose={() => workplace.dismiss(notice.id)}
        >
          {noticeText(notice)}
        </Notification>
      ))}
    </div>
  );
}
