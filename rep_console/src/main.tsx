import { MantineProvider, Title } from "@mantine/core";
import "@mantine/core/styles.css";
import { createRoot } from "react-dom/client";

const page = document.getElementById("page");
if (page) {
  createRoot(page).render(
    <MantineProvider>
      <Title>Deskside</Title>
    </MantineProvider>,
  );
}
