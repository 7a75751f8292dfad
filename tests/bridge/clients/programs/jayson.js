// jayson, over HTTP or TCP: node jayson.js http|tcp HOST PORT
"use strict";

const jayson = require("jayson");
const { drive, told } = require("./driver");

const [transport, host, port] = process.argv.slice(2);
const client = jayson.Client[transport]({ host, port, path: transport === "http" ? "/rpc" : undefined });

/** Sends with one of the forms of `client.request`; a fault of the transport ends the program. */
function request(...message) {
  return new Promise((resolve, reject) => {
    client.request(...message, (fault, response) => (fault ? reject(fault) : resolve(response)));
  });
}

function outcome({ error, result }) {
  return error ? told(error) : { value: result };
}

const actions = {
  async call({ method, params }) {
    return outcome(await request(method, params));
  },
  async notify({ method, params }) {
    return { value: await request(method, params, null) };
  },
  async batch({ items }) {
    const messages = items.map(({ method, params, notification }) =>
      client.request(method, params, notification ? null : undefined),
    );
    return { value: (await request(messages)).map(outcome) };
  },
};

drive(actions, () => {});
