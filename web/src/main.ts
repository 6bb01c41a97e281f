/** The page's beginning: starts the client and puts the page on screen. */

import { PaddockApp } from "./pages/app.js";
import { startClient } from "./session/client.js";

const app = new PaddockApp();
app.client = startClient();
document.querySelector(".waiting")?.remove();
document.body.append(app);
