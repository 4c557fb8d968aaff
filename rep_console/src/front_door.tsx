import { Paper, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Mark } from "./mark.tsx";

/** The frame of what is shown before somebody is signed in. */
export function FrontDoor({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="front-door">
      <Paper className="front-door-card" radius="lg" p="xl">
        <Mark />
        <Title order={1} size="h2" mt="md" mb="lg">
          {title}
        </Title>
        {children}
      </Paper>
    </main>
  );
}
