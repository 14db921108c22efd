import "./mantine.css";
import "./styles.css";
import { createRoot } from "react-dom/client";
import { App } from "./app";

// The kit's scroll lock writes a style element by itself, and looks for the nonce under this name.
Object.assign(globalThis, {
  __webpack_nonce__: document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content,
});

const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
