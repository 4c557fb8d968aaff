import { title } from "@deskside/browser/placeholder";
import { render } from "preact";

const page = document.getElementById("page");
if (page) render(<h1>{title}</h1>, page);
