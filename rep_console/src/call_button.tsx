import { t } from "@deskside/browser/catalogue";
import { Button } from "@mantine/core";
import { useState } from "react";
import { Icon } from "./icons.tsx";
import { useStore } from "./use_store.ts";
import type { Called, Workplace } from "./workplace.ts";

interface CallProps {
  readonly workplace: Workplace;
  readonly called: Called;
  readonly label?: string;
}

/** Calls a customer who was here before; their page asks them whether they want to talk. */
export function CallButton({ workplace, called, label = t("Call") }: CallProps) {
  const { open } = useStore(workplace.link.state);
  const [isAsked, setAsked] = useState(false);
  const call = () => {
    setAsked(true);
    void workplace.call(called).finally(() => setAsked(false));
  };
  return (
    <Button
      size="sm"
      leftSection={<Icon name="phone" />}
      loading={isAsked}
      disabled={!open}
      onClick={call}
    >
      {label}
    </Button>
  );
}
