// Lets a test tell a client what to do: a JSON command a line on standard input, its outcome a line on standard output.
"use strict";

const readline = require("node:readline");

/**
 * Runs commands side by side until standard input ends.
 * `actions` has a function for each command, which gives {value} or {error}; `close` ends what keeps Node running.
 */
exports.drive = function drive(actions, close) {
  const commands = readline.createInterface({ input: process.stdin });
  commands.on("line", async (line) => {
    const { n, action, ...details } = JSON.parse(line);
    const outcome = await actions[action](details);
    process.stdout.write(`${JSON.stringify({ n, ...outcome })}\n`);
  });
  commands.on("close", close);
};

/** Says what a client made of an error. */
exports.told = function told({ constructor, code, message, data }) {
  return { error: { type: constructor.name, code, message, data } };
};
