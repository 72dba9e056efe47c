// Which language the page speaks. One so far, so the choice is easy.

export { en as text } from "inkling/text/en.js";
