/* Prints what the frame shows, and nothing around it. */
"use strict";
document.getElementById("print").addEventListener("click", () => document.querySelector("iframe.paper").contentWindow.print());
