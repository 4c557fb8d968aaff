import { t } from "@deskside/browser/catalogue";
import { Modal } from "@mantine/core";
import { useEffect } from "react";
import type { ReactNode } from "react";

interface DialogProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly title: string;
  readonly children: ReactNode;
  readonly size?: "md" | "lg" | "xl";
  /** Shows no title and no button to close it; the title is still its name. */
  readonly isBare?: boolean;
}

/** A modal dialog. What is behind it is out of reach, also for assistive technology. */
export function Dialog({
  opened,
  close,
  title,
  children,
  size = "md",
  isBare = false,
}: DialogProps) {
  useEffect(() => {
    const page = document.getElementById("page");
    if (!opened || !page) return undefined;
    // A browser that knows no `inert` still hides it from screen readers.
    page.inert = true;
    page.setAttribute("aria-hidden", "true");
    return () => {
      page.inert = false;
      page.removeAttribute("aria-hidden");
    };
  }, [opened]);
  return (
    <Modal
      opened={opened}
      onClose={close}
      size={size}
      title={title}
      {...(isBare && { withCloseButton: false, classNames: { header: "visually-hidden" } })}
      closeButtonProps={{ "aria-label": t("Close") }}
    >
      {children}
    </Modal>
  );
}
