import { Paper, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Mark } from "./mark.tsx";

interface FrontDoorProps {
  readonly title: string;
  readonly about?: string;
  readonly children: ReactNode;
}

/** The frame of what is shown before somebody may come in. */
export function FrontDoor({ title, about, children }: FrontDoorProps) {
  return (
    <main className="front-door">
      <Paper className="front-door-card" radius="lg" p="xl">
        <Mark />
        <Title order={1} size="h2" mt="md">
          {title}
        </Title>
        <p className="front-door-about">{about}</p>
        {children}
      </Paper>
    </main>
  );
}
